package io.github.calib8.onnx;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.GraphOptimization;
import io.github.calib8.engine.InferenceSession;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What ONNX Runtime computes of a model of one input, its graph run as it is. */
final class EngineAnswer {
  private static final int IMAGES = 3;

  private EngineAnswer() {}

  /** The output for three images of normal values, negative ones among them; always the same. */
  static float[] of(OnnxModel model) {
    long[] shape = model.input().dims().stream().mapToLong(Long::longValue).toArray();
    shape[0] = shape[0] < 0 ? IMAGES : shape[0];
    Random random = new Random(7);
    int length = 1;
    for (long edge : shape) {
      length *= (int) edge;
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    EngineOptions options =
        EngineOptions.defaults().withThreads(1).withOptimization(GraphOptimization.NONE);
    try (InferenceSession session = InferenceSession.open(model, options);
        INDArray images = Nd4j.create(values, shape, 'c');
        INDArray answer = session.run(images)) {
      return answer.ravel().toFloatVector();
    }
  }
}

package io.github.calib8.caffe;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.onnx.OnnxModel;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Small nets for tests. */
final class Nets {
  private static final EngineOptions ONE_THREAD = EngineOptions.defaults().withThreads(1);

  private Nets() {}

  /** A net of an input {@code data} [1,C,H,W] and layers. */
  static String net(int channels, int height, int width, String layers) {
    return """
        name: "net"
        input: "data"
        input_shape { dim: 1 dim: %d dim: %d dim: %d }
        """
            .formatted(channels, height, width)
        + layers;
  }

  /** A layer from {@code data} to {@code out}. */
  static String layer(String type, String parameters) {
    return layer("it", type, "data", "out", parameters);
  }

  static String layer(String name, String type, String bottom, String top, String parameters) {
    return "layer { name: '%s' type: '%s' bottom: '%s' top: '%s' %s }\n"
        .formatted(name, type, bottom, top, parameters);
  }

  static OnnxModel seeded(String net) {
    return CaffeImporter.of(net, "net.prototxt", new SeededWeights(0, 1 << 20));
  }

  static OnnxModel trained(String net, CaffeModelBytes weights) {
    return CaffeImporter.of(net, "net.prototxt", weights.weights());
  }

  /** Runs a model in the engine. */
  static float[] run(OnnxModel model, float... image) {
    long[] dims = model.input().dims().stream().mapToLong(d -> d).toArray();
    dims[0] = 1;
    try (InferenceSession session = InferenceSession.open(model, ONE_THREAD)) {
      INDArray output = session.run(Nd4j.create(image, dims, 'c'));
      return output.dup('c').data().asFloat();
    }
  }

  /** 0, 1, 2, ... */
  static float[] range(int count) {
    return values(count, i -> i);
  }

  static float[] values(int count, IntUnaryOperator value) {
    float[] values = new float[count];
    IntStream.range(0, count).forEach(i -> values[i] = value.applyAsInt(i));
    return values;
  }
}

package io.github.calib8.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.onnx.OnnxModel;
import org.nd4j.linalg.factory.Nd4j;

/** Compares what training computed with what ONNX Runtime computes of the written model. */
final class Agreement {
  private static final double LARGEST_DIFFERENCE = 1e-4;
  private static final int IMAGES = 16;
  private static final long SEED = 5;

  private Agreement() {}

  /**
   * Runs both on the same pictures.
   *
   * @param model a trained model
   * @param pictures some pictures
   * @return the largest difference of two probabilities
   * @throws IllegalStateException if it is more than 1e-4
   */
  static double check(OnnxModel model, Pictures pictures) {
    int size = Recipe.INPUT_SIZE;
    float[] images = new float[IMAGES * 3 * size * size];
    Dice dice = new Dice(SEED);
    for (int i = 0; i < IMAGES; i++) {
      pictures.cut(i, size, dice, images, i * 3 * size * size);
    }
    float[] trained = interpret(model, images, size);
    double largest = 0;
    try (InferenceSession session = InferenceSession.open(model, EngineOptions.defaults())) {
      float[] run =
          session
              .run(Nd4j.createFromArray(images).reshape(IMAGES, 3, size, size))
              .reshape(-1)
              .toFloatVector();
      for (int i = 0; i < run.length; i++) {
        largest = Math.max(largest, Math.abs(run[i] - trained[i]));
      }
    }
    if (!(largest <= LARGEST_DIFFERENCE)) {
      throw new IllegalStateException(
          "Expected the probabilities of %s to differ by at most %s, found %s"
              .formatted(model.name(), LARGEST_DIFFERENCE, largest));
    }
    return largest;
  }

  private static float[] interpret(OnnxModel model, float[] images, int size) {
    try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
        Weights weights = new Weights(model, manager);
        NDManager scope = manager.newSubManager()) {
      weights.lend(scope);
      return new Interpreter(model, weights, manager)
          .logits(scope.create(images, new Shape(IMAGES, 3, size, size)), false)
          .softmax(-1)
          .toFloatArray();
    }
  }
}

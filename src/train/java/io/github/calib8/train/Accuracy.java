package io.github.calib8.train;

import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.onnx.OnnxModel;

/**
 * How often a model is right, in percent. An immutable value.
 *
 * @param images how many images were shown
 * @param top1 how often the label has the highest probability
 * @param top5 how often it is among the five highest
 */
record Accuracy(int images, double top1, double top5) {
  private static final int FIVE = 5;

  /** Measures a model; a class that ties with the label ranks before it. */
  static Accuracy of(OnnxModel model, ImageBatches batches) {
    int images = 0;
    int first = 0;
    int among = 0;
    try (InferenceSession session = InferenceSession.open(model, EngineOptions.defaults());
        BatchLoader loader = batches.load()) {
      while (loader.hasNext()) {
        try (ImageBatch batch = loader.next()) {
          float[][] output = session.run(batch.images()).toFloatMatrix();
          for (int i = 0; i < output.length; i++) {
            int rank = rank(output[i], batch.labels()[i]);
            images++;
            first += rank == 0 ? 1 : 0;
            among += rank < FIVE ? 1 : 0;
          }
        }
      }
    }
    return new Accuracy(images, 100.0 * first / images, 100.0 * among / images);
  }

  private static int rank(float[] probabilities, int label) {
    int rank = 0;
    for (int c = 0; c < probabilities.length; c++) {
      if (c != label && probabilities[c] >= probabilities[label]) {
        rank++;
      }
    }
    return rank;
  }
}

package io.github.calib8.evaluation;

import io.github.calib8.engine.Environment;

/**
 * What figures depend on beside the models and the images: evaluations of different sources do not
 * mix.
 *
 * @param preprocessing every parameter of the preprocessing
 * @param batchSize the number of images in the largest batch
 * @param microBatch how many images the engine computes at once, at most
 * @param threshold the probability above which an image is of class 1, of models of one score
 * @param environment what the models run on
 */
record EvaluationSource(
    String preprocessing,
    int batchSize,
    int microBatch,
    double threshold,
    Environment environment) {

  static final double DEFAULT_THRESHOLD = 0.5;

  /** Refuses a source that differs, naming the first difference. */
  void requireSame(EvaluationSource other) {
    requireSame("preprocessing", preprocessing, other.preprocessing);
    requireSame("batch size", batchSize, other.batchSize);
    requireSame("micro-batch", microBatch, other.microBatch);
    requireSame("threshold", threshold, other.threshold);
    requireSame("library", environment.library(), other.environment.library());
    requireSame("engine", environment.engine(), other.environment.engine());
    requireSame("number of threads", environment.threads(), other.environment.threads());
    requireSame("environment", environment.describe(), other.environment.describe());
  }

  static void requireSame(String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new IllegalArgumentException(
          "Expected an evaluation of the same %s, %s, found %s".formatted(what, expected, found));
    }
  }
}

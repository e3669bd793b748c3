package io.github.calib8.histogram;

import java.util.Random;

/** Seeded samples of the distributions that activations look like. */
final class Samples {
  /** Number of samples behind each known threshold. */
  static final int MANY = 4_000_000;

  private Samples() {}

  static float[] normal(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  static float[] normalWithOutliers(int n, long seed) {
    float[] values = normal(n, seed);
    for (int i = 0; i < 20; i++) {
      values[i] = 3f * (i + 1);
    }
    return values;
  }

  static float[] laplace(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      double u = random.nextDouble() - 0.5;
      values[i] = (float) (-Math.signum(u) * Math.log1p(-2 * Math.abs(u)));
    }
    return values;
  }

  /** Student's t with 3 degrees of freedom. */
  static float[] student(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      double chiSquared = 0;
      for (int k = 0; k < 3; k++) {
        double gaussian = random.nextGaussian();
        chiSquared += gaussian * gaussian;
      }
      values[i] = (float) (random.nextGaussian() / Math.sqrt(chiSquared / 3));
    }
    return values;
  }

  static float[] relu(float[] values) {
    float[] rectified = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rectified[i] = Math.max(values[i], 0f);
    }
    return rectified;
  }

  static float[] times(float[] values, float factor) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = values[i] * factor;
    }
    return scaled;
  }

  /** A mixture that exercises everything: many magnitudes, zeros of either sign, subnormals. */
  static float[] mixed(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] =
          switch (random.nextInt(10)) {
            case 0 -> 0f;
            case 1 -> -0f;
            case 2 -> Float.MIN_VALUE * (random.nextInt(2000) - 1000);
            case 3 -> (float) Math.scalb(random.nextGaussian(), random.nextInt(120) - 60);
            case 4 -> Math.scalb(1f, random.nextInt(20) - 10);
            default -> (float) random.nextGaussian();
          };
    }
    return values;
  }

  static void shuffle(float[] values, Random random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      float swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  static Histogram histogram(float... values) {
    Histogram histogram = new Histogram();
    histogram.add(values, 0, values.length);
    return histogram;
  }
}

package io.github.calib8.diagnosis;

import com.google.common.primitives.ImmutableDoubleArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model under one preprocessing says of some images, as far as the likelihood of their
 * labels asks for it, at the temperature that suits the labels best: a preprocessing that only
 * makes the model surer, or less sure, of the same is no better.
 *
 * <p>Source of the temperature: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger: <a
 * href="https://arxiv.org/abs/1706.04599"><i>On Calibration of Modern Neural Networks</i></a>
 * (2017). An accumulator for one thread.
 */
final class Likelihoods {
  /** From a model that is 4 times too unsure to one whose scores say nothing. */
  private static final double[] TEMPERATURES =
      IntStream.rangeClosed(-6, 24).mapToDouble(step -> Math.pow(1.25, step)).toArray();

  /** For each image, the logarithm of the sum of its classes' powers, at each temperature. */
  private final List<double[]> logSums = new ArrayList<>();

  private int classes;

  /** Adds an image, from the natural logarithms of its classes' probabilities. */
  void add(double[] logs) {
    classes = logs.length;
    double most = Arrays.stream(logs).max().orElseThrow();
    logSums.add(
        Arrays.stream(TEMPERATURES)
            .map(
                temperature -> {
                  double sum = 0;
                  for (double log : logs) {
                    sum += Math.exp((log - most) / temperature);
                  }
                  return most / temperature + Math.log(sum);
                })
            .toArray());
  }

  /**
   * The natural logarithm of each image's likelihood.
   *
   * @param logs that of the label's probability before, for each image
   */
  ImmutableDoubleArray of(double[] logs) {
    double[] best = new double[0];
    double greatest = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < TEMPERATURES.length; t++) {
      double[] scaled = at(t, logs);
      double sum = Arrays.stream(scaled).sum();
      if (sum > greatest) {
        greatest = sum;
        best = scaled;
      }
    }
    return ImmutableDoubleArray.copyOf(best);
  }

  private double[] at(int t, double[] logs) {
    double[] scaled = new double[logs.length];
    for (int i = 0; i < logs.length; i++) {
      double log = logs[i] / TEMPERATURES[t] - logSums.get(i)[t];
      // Scores that are no numbers say as little of an image as if all classes were alike.
      scaled[i] = Double.isFinite(log) ? log : -Math.log(classes);
    }
    return scaled;
  }
}

package io.github.calib8.histogram;

import com.google.common.collect.Lists;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The shape of a tensor's magnitudes beside the threshold that was chosen for it, in few enough
 * points to draw. A value; immutable and thread-safe.
 *
 * @param calibration the tensor's name, counts and threshold
 * @param range the end of the last bin, in the tensor's unit: a power of two above the largest
 *     magnitude, or below it where outliers would leave the others no more than a few bins
 * @param counts how many magnitudes other than zero fall into each of {@value #BINS} bins of equal
 *     width over [0, range); of a range with zero in between, how many values fall into each of
 *     twice as many over (-range, range)
 * @param beyond how many magnitudes lie at or above the range
 * @param divergences what the entropy method sees, by ascending threshold: the least divergence in
 *     each of at most {@value #CANDIDATES} groups of neighboring candidates; empty where too few
 *     values or distinct magnitudes leave it no candidate, and of a range with zero in between,
 *     which is no single number
 * @param sqnr the signal-to-quantization-noise ratio with the threshold, 10 log10 of the sum of
 *     squares by the sum of squared errors, in dB; empty where there is no value other than zero
 */
public record TensorDistribution(
    TensorCalibration calibration,
    double range,
    List<Long> counts,
    long beyond,
    List<Divergence> divergences,
    OptionalDouble sqnr) {

  /** Number of bins. */
  public static final int BINS = 128;

  /** Largest number of divergences. */
  public static final int CANDIDATES = 160;

  /** Copies the lists. */
  public TensorDistribution {
    Objects.requireNonNull(calibration, "calibration");
    counts = List.copyOf(counts);
    divergences = List.copyOf(divergences);
    Objects.requireNonNull(sqnr, "sqnr");
  }

  /**
   * A point of the curve that the entropy method minimizes.
   *
   * @param threshold a candidate, in the tensor's unit
   * @param nats the divergence of the clipped magnitudes from their quantized form, in nats
   */
  public record Divergence(double threshold, double nats) {}

  /**
   * Makes the distribution of a tensor.
   *
   * @param histogram the tensor's values
   * @param calibration what was decided for it, by any method
   * @return the distribution
   */
  public static TensorDistribution of(Histogram histogram, TensorCalibration calibration) {
    QuantizationParameters parameters = calibration.parameters();
    boolean isAsymmetric = parameters.isAsymmetric();
    boolean isTold = isAsymmetric && histogram.hasSides();
    LinearBins bins = drawn(histogram.searchBins());
    Optional<QuantizationError> error =
        isAsymmetric
            ? isTold ? histogram.quantizationError(parameters) : calibration.error()
            : histogram.quantizationError(calibration.threshold(), parameters.type());
    return new TensorDistribution(
        calibration,
        bins.width() * BINS,
        isTold ? bothSides(histogram) : boxed(bins),
        bins.beyond(),
        isAsymmetric ? List.of() : EntropyMethod.curve(histogram, parameters.type()),
        error.stream().mapToDouble(QuantizationError::sqnr).findFirst());
  }

  private static List<Long> bothSides(Histogram histogram) {
    List<Long> negative = boxed(drawn(histogram.searchBins(true)));
    return Stream.concat(
            Lists.reverse(negative).stream(), boxed(drawn(histogram.searchBins(false))).stream())
        .toList();
  }

  /** Whether the counts are of values of either sign, from minus the range on. */
  public boolean isSigned() {
    return counts.size() > BINS;
  }

  private static LinearBins drawn(LinearBins searched) {
    LinearBins bins = searched;
    while (bins.counts().length > BINS) {
      bins = bins.halved();
    }
    return bins;
  }

  private static List<Long> boxed(LinearBins bins) {
    return Arrays.stream(bins.counts()).boxed().toList();
  }
}

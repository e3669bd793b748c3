package io.github.calib8.histogram;

import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The shape of a tensor's magnitudes beside the threshold that was chosen for it, in few enough
 * points to draw. A value; immutable and thread-safe.
 *
 * @param calibration the tensor's name, counts and threshold
 * @param range the end of the last bin, in the tensor's unit: a power of two above the largest
 *     magnitude, or below it where outliers would leave the others no more than a few bins
 * @param counts how many magnitudes other than zero fall into each of {@value #BINS} bins of equal
 *     width over [0, range)
 * @param beyond how many magnitudes lie at or above the range
 * @param divergences what the entropy method sees, by ascending threshold: the least divergence in
 *     each of at most {@value #CANDIDATES} groups of neighboring candidates; empty where too few
 *     values or distinct magnitudes leave it no candidate, and of a range with zero in between,
 *     which is no single number
 * @param sqnr the signal-to-quantization-noise ratio with the threshold, 10 log10 of the sum of
 *     squares by the sum of squared errors, in dB; empty where there is no value other than zero
 * @param negatives how many of {@code counts} are of negative values; empty where the tensor's
 *     range is symmetric or has nothing negative, or the statistics do not tell
 */
public record TensorDistribution(
    TensorCalibration calibration,
    double range,
    List<Long> counts,
    long beyond,
    List<Divergence> divergences,
    OptionalDouble sqnr,
    List<Long> negatives) {

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
    negatives = List.copyOf(negatives);
  }

  /** A distribution that does not tell negative values apart. */
  public TensorDistribution(
      TensorCalibration calibration,
      double range,
      List<Long> counts,
      long beyond,
      List<Divergence> divergences,
      OptionalDouble sqnr) {
    this(calibration, range, counts, beyond, divergences, sqnr, List.of());
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
        boxed(bins),
        bins.beyond(),
        isAsymmetric ? List.of() : EntropyMethod.curve(histogram, parameters.type()),
        error.stream().mapToDouble(QuantizationError::sqnr).findFirst(),
        isTold ? boxed(drawn(histogram.searchBins(true))) : List.of());
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

package io.github.calib8.scale;

/**
 * What quantizing costs a tensor's values, rounding and clipping together, by the statistics of its
 * calibration. A value; immutable and thread-safe.
 *
 * @param sqnr the signal-to-quantization-noise ratio, 10 log10 of the sum of squares by the sum of
 *     squared errors, in dB
 * @param excess the sum of squared errors by the least that any threshold has, as {@code mse} finds
 *     it: 1 where none is better, and not below it but for rounding
 * @param clippedEnergy the part of the error that comes from clipping, by the signal: the sum of
 *     (|x| - T)<sup>2</sup> over |x| &gt; T by the sum of squares, in [0, 1]
 */
public record QuantizationError(double sqnr, double excess, double clippedEnergy) {
  /**
   * The excess beyond which a tensor is likely to hurt: twice the least squared error is 3 dB, half
   * a bit. Methods that bound or minimize the error stay below.
   */
  public static final double SUSPECT_EXCESS = 2;

  /**
   * The ratio, in dB, at which an excess does not matter: 6 dB above what 8 bits usually leave. At
   * 40 dB the noise is 1 % of the signal.
   */
  public static final double HARMLESS_SQNR = 40;

  /** The ratio, in dB, below which a tensor is likely to hurt whatever the least error is. */
  public static final double SUSPECT_SQNR = 20;

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException if one is not finite or outside its range
   */
  public QuantizationError {
    if (!Double.isFinite(sqnr)) {
      throw new IllegalArgumentException("Expected a finite sqnr, found " + sqnr);
    }
    if (!(excess > 0 && Double.isFinite(excess))) {
      throw new IllegalArgumentException("Expected a finite excess above 0, found " + excess);
    }
    if (!(clippedEnergy >= 0 && clippedEnergy <= 1)) {
      throw new IllegalArgumentException(
          "Expected a clippedEnergy in [0, 1], found " + clippedEnergy);
    }
  }

  /** Returns whether the tensor is likely to cost the network accuracy. */
  public boolean isSuspect() {
    return sqnr < SUSPECT_SQNR || excess > SUSPECT_EXCESS && sqnr < HARMLESS_SQNR;
  }
}

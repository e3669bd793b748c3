package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;

/*
 * With a scale s, a value's error depends on its own side of zero alone: on s, and on how many steps there are on that
 * side. So the errors of both sides with each number of steps, which one pass over the levels gives, are those of all
 * zero points, and the search is one over scales.
 */
/** The squared error of quantization and clipping, as a function of scale and zero point. */
final class TwoSidedErrors {
  /** Steps between the smallest integer and the largest. */
  static final int STEPS = IntegerType.UINT8.max();

  /** 256 candidates in each octave, as with {@link SquaredErrors}. */
  private static final int STRIDE = 8;

  /** Whether clipping alone costs too much is asked this often. */
  private static final int CANDIDATES_PER_CHECK = 16;

  private static final double ROUNDING = 1e-9;

  private final DyadicBins bins;
  private final double span;
  private final SquaredErrors negative;
  private final SquaredErrors positive;

  private TwoSidedErrors(Histogram histogram) {
    this.bins = histogram.magnitudes();
    this.span = histogram.span();
    this.negative = side(histogram, true);
    this.positive = side(histogram, false);
  }

  private static SquaredErrors side(Histogram histogram, boolean isNegative) {
    return SquaredErrors.ofSide(histogram.magnitudes().side(isNegative), STEPS);
  }

  /**
   * Returns the function.
   *
   * @param histogram the tensor's values, which {@linkplain Histogram#hasSides have sides}, at
   *     least one of them other than zero
   */
  static TwoSidedErrors of(Histogram histogram) {
    return new TwoSidedErrors(histogram);
  }

  /** A scale and zero point, and the sum of squared errors with them. */
  record Least(double scale, int zeroPoint, double error) {
    ClippingRange range() {
      return ClippingRange.of(scale, zeroPoint);
    }
  }

  /**
   * Returns the least there is, of all zero points from 1 on with the scales that spread the
   * integers over all values, or down to 1/512 of the range, 1/256 of an octave apart. Of those
   * that tie, the largest scale, and the smallest zero point.
   */
  Least least() {
    Least best = leastWith(span / STEPS);
    int candidate = 0;
    for (int bin = bins.bin(span / 2) / STRIDE * STRIDE; bin >= DyadicBins.OCTAVE; bin -= STRIDE) {
      double scale = 2 * bins.lowerEdge(bin) / STEPS;
      if (candidate++ % CANDIDATES_PER_CHECK == 0
          && clipping(scale) > best.error * (1 + ROUNDING)) {
        break; // Clipping alone costs more, and only ever more below.
      }
      Least found = leastWith(scale);
      if (found.error < best.error) {
        best = found;
      }
    }
    return best;
  }

  private Least leastWith(double scale) {
    double[] errors = atEach(scale);
    int best = 1;
    for (int zeroPoint = 2; zeroPoint <= STEPS; zeroPoint++) {
      if (errors[zeroPoint] < errors[best]) {
        best = zeroPoint;
      }
    }
    return new Least(scale, best, errors[best]);
  }

  /** The least that any zero point clips. */
  private double clipping(double scale) {
    double least = Double.POSITIVE_INFINITY;
    for (int zeroPoint = 1; zeroPoint <= STEPS; zeroPoint++) {
      least = Math.min(least, clipping(ClippingRange.of(scale, zeroPoint)));
    }
    return least;
  }

  /** Returns the part of the error that comes from clipping. */
  double clipping(ClippingRange range) {
    return clipping(negative, -range.low()) + clipping(positive, range.high());
  }

  /** With a threshold of zero, all of it. */
  private static double clipping(SquaredErrors side, double threshold) {
    return threshold > 0 ? side.clipping(threshold) : side.signal();
  }

  /** Returns the sums of squared errors with a scale and each zero point from 0 to 255. */
  double[] atEach(double scale) {
    double[] below = negative.atEach(scale);
    double[] above = positive.atEach(scale);
    double[] errors = new double[STEPS + 1];
    for (int zeroPoint = 0; zeroPoint <= STEPS; zeroPoint++) {
      errors[zeroPoint] = below[zeroPoint] + above[STEPS - zeroPoint];
    }
    return errors;
  }

  /** Returns the sum of squared errors with a scale and a zero point. */
  double at(double scale, int zeroPoint) {
    return atEach(scale)[zeroPoint];
  }

  /** Returns the sum of squares. */
  double signal() {
    return negative.signal() + positive.signal();
  }
}

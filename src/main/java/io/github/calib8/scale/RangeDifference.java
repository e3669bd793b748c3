package io.github.calib8.scale;

/**
 * How the ranges of one tensor in two tables compare. A value; immutable and thread-safe.
 *
 * @param tensor the tensor's name
 * @param first the threshold in the first table, in the tensor's unit
 * @param second the threshold in the second table
 */
public record RangeDifference(String tensor, double first, double second) {

  /**
   * Returns how much larger the second threshold is than the first, in per cent of the first;
   * negative where it is smaller.
   */
  public double percent() {
    return 100 * (second / first - 1);
  }

  /**
   * Returns how far the ratio is from 1 in either direction: half and double are as far, 0 means
   * equal.
   */
  double distance() {
    return Math.abs(Math.log(second / first));
  }
}

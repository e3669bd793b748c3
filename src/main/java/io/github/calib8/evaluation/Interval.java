package io.github.calib8.evaluation;

/**
 * A closed interval of a figure, in the figure's own unit.
 *
 * <p>Immutable, and so safe for use by several threads.
 *
 * @param lower the lower bound
 * @param upper the upper bound, not less than the lower one
 */
public record Interval(double lower, double upper) {

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a bound is NaN or the lower bound exceeds the upper one
   */
  public Interval {
    if (!(lower <= upper)) {
      throw new IllegalArgumentException(
          "Expected lower <= upper, found [" + lower + ", " + upper + "]");
    }
  }

  /**
   * Tells whether a value lies in the interval, bounds included.
   *
   * @param value the value; NaN lies in no interval
   * @return whether lower &lt;= value &lt;= upper
   */
  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }
}

package io.github.calib8.histogram;

/** What can be gathered of a tensor, each for who needs it. */
public enum Statistic {
  /**
   * How large the values are, apart for the two halves of the images: what thresholds are chosen
   * by, and so gathered in any case.
   */
  MAGNITUDES,

  /**
   * The mean of each channel: what tells how far a quantized tensor is shifted. The values must
   * come in order, and every one is looked at alone, which takes longer.
   */
  CHANNEL_MEANS
}

package io.github.calib8.quantization;

import io.github.calib8.work.Internal;
import java.util.Arrays;

/**
 * The weights of a layer as integers, and how they were found. A value; immutable and thread-safe.
 */
@Internal
public final class RoundedLayer {
  private final LayerRounding rounding;
  private final float[] scales;
  private final byte[] integers;
  private final float[] shifts;

  /**
   * @param scales of the channels: others than these make the integers void
   * @param integers the weights, in the order of the file
   * @param shifts what is added to the bias of each channel; empty for nothing
   */
  RoundedLayer(LayerRounding rounding, float[] scales, byte[] integers, float[] shifts) {
    this.rounding = rounding;
    this.scales = scales;
    this.integers = integers;
    this.shifts = shifts;
  }

  /** A layer whose weights are rounded to nearest, and why. */
  static RoundedLayer nearest(String output, double errorShare, String reason) {
    return new RoundedLayer(
        new LayerRounding(output, false, errorShare, false, reason),
        new float[0],
        new byte[0],
        new float[0]);
  }

  /**
   * How the layer was rounded.
   *
   * @return the row of the plan
   */
  public LayerRounding rounding() {
    return rounding;
  }

  /**
   * The same layer rounded to nearest.
   *
   * @param reason why
   * @return a layer
   */
  public RoundedLayer asNearest(String reason) {
    return rounding.isByInputs() ? nearest(rounding.output(), rounding.errorShare(), reason) : this;
  }

  /** Whether the integers are those of these scales. */
  boolean isOf(float[] otherScales) {
    return rounding.isByInputs() && Arrays.equals(scales, otherScales);
  }

  byte[] integers() {
    return integers;
  }

  float shift(int channel) {
    return shifts.length == 0 ? 0 : shifts[channel];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RoundedLayer that
        && rounding.equals(that.rounding)
        && Arrays.equals(scales, that.scales)
        && Arrays.equals(integers, that.integers)
        && Arrays.equals(shifts, that.shifts);
  }

  @Override
  public int hashCode() {
    return rounding.hashCode();
  }

  @Override
  public String toString() {
    return rounding.toString();
  }
}

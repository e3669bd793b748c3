package io.github.calib8.quantization;

import java.util.Locale;
import java.util.Objects;

/**
 * How the weights of one layer were rounded. A value; immutable and thread-safe.
 *
 * @param output the tensor that the layer makes: identifies it
 * @param isByInputs whether by the layer's inputs; else each to the nearest integer
 * @param errorShare the squared error of the layer's output by rounding by the inputs, the bias
 *     included, as a share of that by rounding to nearest; on images that were held back, of the
 *     inputs that the FP32 model makes. 1 where nothing was measured; where nearest was kept, what
 *     rounding by the inputs would have made of it
 * @param shiftsBias whether the output's mean error is in the bias
 * @param reason why nearest was kept; empty where it was not
 */
public record LayerRounding(
    String output, boolean isByInputs, double errorShare, boolean shiftsBias, String reason) {

  /** Checks the values. */
  public LayerRounding {
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(reason, "reason");
    if (!(errorShare >= 0)) {
      throw new IllegalArgumentException("Expected a share of 0 or more, found " + errorShare);
    }
  }

  /** Such as {@code 'conv1': inputs, error 0.31 of nearest's}. */
  @Override
  public String toString() {
    return isByInputs
        ? String.format(
            Locale.ROOT,
            "'%s': inputs%s, error %.3f of nearest's",
            output,
            shiftsBias ? " and bias" : "",
            errorShare)
        : "'" + output + "': nearest, " + reason;
  }
}

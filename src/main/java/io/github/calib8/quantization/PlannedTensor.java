package io.github.calib8.quantization;

import io.github.calib8.scale.QuantizationParameters;
import java.util.Objects;

/**
 * How a plan stores one tensor that becomes integers. A value; immutable and thread-safe.
 *
 * @param tensor the tensor's name
 * @param parameters its integers
 */
public record PlannedTensor(String tensor, QuantizationParameters parameters) {

  /** Checks the values. */
  public PlannedTensor {
    Objects.requireNonNull(tensor, "tensor");
    Objects.requireNonNull(parameters, "parameters");
  }
}

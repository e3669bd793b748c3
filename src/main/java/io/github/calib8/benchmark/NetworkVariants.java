package io.github.calib8.benchmark;

import io.github.calib8.onnx.LrnRewriting;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Simplification;
import io.github.calib8.onnx.StridePropagation;
import java.util.Objects;
import java.util.Optional;

/**
 * A network in the forms that are measured against each other.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name the network's name in the results
 * @param fp32 the stock model, input {@code [N, C, H, W]} float32 of which C, H and W are fixed
 * @param int8 the quantized model, if there is one
 */
public record NetworkVariants(String name, OnnxModel fp32, Optional<OnnxModel> int8) {
  /** Checks the values. */
  public NetworkVariants {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(fp32, "fp32");
    Objects.requireNonNull(int8, "int8");
  }

  /**
   * A network of one form.
   *
   * @param name the network's name in the results
   * @param fp32 the stock model
   * @return the network, without an INT8 model
   */
  public static NetworkVariants of(String name, OnnxModel fp32) {
    return new NetworkVariants(name, fp32, Optional.empty());
  }

  /**
   * Adds the quantized model.
   *
   * @param quantized takes the same input
   * @return the network with it
   */
  public NetworkVariants withInt8(OnnxModel quantized) {
    return new NetworkVariants(name, fp32, Optional.of(quantized));
  }

  /**
   * The model of one form.
   *
   * @throws IllegalArgumentException if there is no INT8 model and it is asked for
   */
  OnnxModel model(Precision precision) {
    return switch (precision) {
      case FP32, TF32, FP16 -> fp32;
      case FP32_REWRITTEN ->
          LrnRewriting.apply(StridePropagation.apply(Simplification.simplify(fp32)));
      case INT8 ->
          int8.orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "Expected an INT8 model of network '" + name + "', found none"));
    };
  }
}

package io.github.calib8.calibration;

import io.github.calib8.histogram.Histogram;
import io.github.calib8.scale.IntegerType;

/**
 * Which integer types activations get. The methods search a threshold for the levels of the type
 * that will be used: 256 for {@link IntegerType#UINT8}, 128 for {@link IntegerType#INT8}.
 */
public enum ActivationTypes {
  /**
   * {@link IntegerType#UINT8} for a tensor in which no value was negative, else {@link
   * IntegerType#INT8}: what ONNX Runtime's CPU kernels make the most of.
   */
  BY_SIGN,
  /** {@link IntegerType#INT8} throughout: the one type that TensorRT has. */
  SIGNED;

  IntegerType of(Histogram histogram) {
    return this == SIGNED || histogram.negatives() > 0 ? IntegerType.INT8 : IntegerType.UINT8;
  }
}

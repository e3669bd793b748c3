package io.github.calib8.quantization;

/** How the weights of a quantized operator are written. */
enum WeightForm {
  /**
   * As 8-bit integers with a DequantizeLinear behind them, and the bias as 32-bit integers in the
   * scale of the products.
   */
  INTEGERS,
  /**
   * In single precision with a QuantizeLinear and a DequantizeLinear behind them: whoever loads the
   * file rounds them. The bias stays as it is; ONNX Runtime rounds it, too, to 32-bit integers in
   * the scale of the products.
   */
  ROUNDED_ON_LOAD
}

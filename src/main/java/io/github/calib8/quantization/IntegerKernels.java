package io.github.calib8.quantization;

import io.github.calib8.onnx.Node;

/**
 * Which elementwise operators ONNX Runtime has integer kernels for, beside addition. That is the
 * engine's business and not the operator's, so the table of operators does not tell.
 *
 * @see <a href="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md">ONNX
 *     Runtime's QLinearMul, QLinearSigmoid and QLinearLeakyRelu</a>
 */
final class IntegerKernels {
  private IntegerKernels() {}

  /** Whether there is a kernel for an elementwise operator that is no addition. */
  static boolean has(Node node) {
    return switch (node.qualifiedType()) {
      case "Mul" -> true;
      case "Sigmoid" -> true;
      case "LeakyRelu" -> true;
      default -> false;
    };
  }
}

package io.github.calib8.onnx;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Rewrites a trained graph into a smaller one that computes the same for inference.
 *
 * <p>Constant nodes become initializers, Identity and Dropout go, BatchNormalization and constant
 * per-channel factors and summands behind a convolution are folded into its weights; a matrix
 * product and its bias become one Gemm. Every tensor that is left keeps its name and its values, up
 * to rounding (1e-4 of the output in the tests).
 */
public final class Simplification {
  private static final List<UnaryOperator<OnnxModel>> PASSES =
      List.of(
          ConstantNodes::apply,
          OpsetUpgrade::apply,
          InferenceNoOps::apply,
          ConvolutionFolding::apply,
          GemmFusion::apply);

  private Simplification() {}

  /**
   * Simplifies a model.
   *
   * @param model any model
   * @return the same function in fewer nodes; idempotent
   */
  public static OnnxModel simplify(OnnxModel model) {
    OnnxModel simple = model;
    for (UnaryOperator<OnnxModel> pass : PASSES) {
      simple = pass.apply(simple);
    }
    return simple;
  }
}

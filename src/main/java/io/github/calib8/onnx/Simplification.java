package io.github.calib8.onnx;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Rewrites a trained graph into a smaller one that computes the same for inference.
 *
 * <p>Half precision becomes single precision; what depends on constants alone is computed; Identity
 * and Dropout go; padding with zeros, BatchNormalization and constant per-channel factors and
 * summands are folded into a convolution next to them, and BatchNormalization elsewhere becomes a
 * convolution of its own; a mean over pixels becomes a pooling; a matrix product and its bias
 * become one Gemm, whose factors go into its constants. Every tensor that is left keeps its name
 * and its values, up to rounding (1e-4 of the output in the tests).
 */
public final class Simplification {
  private static final List<UnaryOperator<OnnxModel>> PASSES =
      List.of(
          ConstantNodes::apply,
          OpsetUpgrade::apply,
          SinglePrecision::apply,
          ConstantFolding::apply,
          InferenceNoOps::apply,
          PoolingGaps::simplify,
          PadFolding::apply,
          ConvolutionFolding::apply,
          NormalizationAsConvolution::apply,
          MeansOfPixels::apply,
          GemmConstants::apply,
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

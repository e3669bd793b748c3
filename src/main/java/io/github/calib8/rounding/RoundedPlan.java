package io.github.calib8.rounding;

import io.github.calib8.quantization.LayerRounding;
import io.github.calib8.quantization.QuantizationPlan;
import java.util.Locale;
import java.util.Objects;

/**
 * A plan with rounded weights, and what that is worth. A value; immutable and thread-safe.
 *
 * @param plan the plan
 * @param images how many images rounded the weights; 0 where they are rounded to nearest
 * @param heldBack how many other images decided what is kept
 * @param nearestDivergence how far the INT8 model rounded to nearest is from the FP32 model, the
 *     mean over the images held back: KL(FP32 || INT8) of the softmax outputs in nats of a
 *     classifier of one output, else the squared error of the outputs as a share of their square
 * @param divergence likewise, with the layers that are nearer by their inputs rounded so
 */
public record RoundedPlan(
    QuantizationPlan plan, int images, int heldBack, double nearestDivergence, double divergence) {

  /** Checks the values. */
  public RoundedPlan {
    Objects.requireNonNull(plan, "plan");
  }

  /**
   * A plan that nothing is tried for, as there are no images.
   *
   * @param plan the plan
   * @return the same plan
   */
  public static RoundedPlan unchanged(QuantizationPlan plan) {
    return new RoundedPlan(plan, 0, 0, 0, 0);
  }

  /**
   * How many layers are rounded by their inputs.
   *
   * @return how many
   */
  public long layers() {
    return plan.roundings().stream().filter(LayerRounding::isByInputs).count();
  }

  /** A sentence for people. */
  @Override
  public String toString() {
    if (images == 0) {
      return "weights rounded to nearest";
    }
    double[] shares =
        plan.roundings().stream()
            .mapToDouble(layer -> layer.isByInputs() ? layer.errorShare() : 1)
            .sorted()
            .toArray();
    String measured =
        String.format(
            Locale.ROOT,
            "divergence %.3g to nearest, %.3g by the inputs, on %s images held back",
            nearestDivergence,
            divergence,
            heldBack);
    return layers() == 0
        ? "weights rounded to nearest in all %s layers: %s".formatted(shares.length, measured)
        : String.format(
            Locale.ROOT,
            "weights of %s of %s layers rounded by %s images: squared error %.2f of nearest's in the median layer; %s",
            layers(),
            shares.length,
            images,
            shares[shares.length / 2],
            measured);
  }
}

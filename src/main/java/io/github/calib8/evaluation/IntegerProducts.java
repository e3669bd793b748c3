package io.github.calib8.evaluation;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ExecutionProvider;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Target;
import io.github.calib8.work.Internal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How much of a model runs in integers: of its convolutions and matrix products, where the work is.
 *
 * <p>Of a model for ONNX Runtime it is read from the engine's own optimized graph: what runs, not
 * what the file asks for. Of a model for TensorRT, which is not asked, it is what the file asks
 * for: products all of whose factors are dequantized integers.
 *
 * <p>The product with a band matrix into which LRN is rewritten is none of the model's, and does
 * not count. A value; immutable and thread-safe.
 *
 * @param count the convolutions and matrix products
 * @param inIntegers those of them that run in integers
 * @param shareOfMultiplyAdds how many of all multiply-adds these do, 0 to 1; empty if that is not
 *     known, because the model leaves sizes open
 * @param floats the others, in the order in which they are computed
 * @param ofEngine whether the engine's own graph was counted; or else what the file asks for
 */
public record IntegerProducts(
    int count,
    int inIntegers,
    OptionalDouble shareOfMultiplyAdds,
    List<FloatProduct> floats,
    boolean ofEngine) {
  /** Checks the counts, and copies the list. */
  public IntegerProducts {
    floats = List.copyOf(floats);
    Objects.requireNonNull(shareOfMultiplyAdds, "shareOfMultiplyAdds");
    if (inIntegers < 0 || count != inIntegers + floats.size()) {
      throw new IllegalArgumentException(
          "Expected products in integers and others to be all %s, found %s and %s"
              .formatted(count, inIntegers, floats.size()));
    }
    if (shareOfMultiplyAdds.isPresent()
        && !(shareOfMultiplyAdds.getAsDouble() >= 0 && shareOfMultiplyAdds.getAsDouble() <= 1)) {
      throw new IllegalArgumentException(
          "Expected a share of 0 to 1, found " + shareOfMultiplyAdds.getAsDouble());
    }
  }

  /**
   * Counts; prepares the model as the engine does before it runs it. Where some products are in
   * integers and some are not, it is also run on zeros, which tells the sizes.
   *
   * @param model any model; of floating point throughout, it has no product in integers
   * @param options what the engine is to run it on
   * @return the counts
   * @throws io.github.calib8.engine.EngineException if the engine refuses the model
   */
  public static IntegerProducts of(OnnxModel model, EngineOptions options) {
    boolean isAsked = Target.of(model).map(Target::isOnnxRuntime).orElse(true);
    boolean isOfOnnxRuntime = options.device().provider() != ExecutionProvider.TENSORRT;
    return isAsked && isOfOnnxRuntime
        ? ProductCount.inEngine(model, options)
        : ProductCount.inFile(model);
  }

  /**
   * Whether there are products, and all of them are in floating point: the model is then no INT8
   * model but by its name.
   *
   * @return true if so
   */
  public boolean areAllFloat() {
    return count > 0 && inIntegers == 0;
  }

  /**
   * The counts for people.
   *
   * @return such as {@code 52 of 53 convolutions and matrix products in integers, 99.1 % of the
   *     multiply-adds}; the percentage is rounded down
   */
  @Override
  public String toString() {
    String products =
        "%s of %s convolutions and matrix products in integers".formatted(inIntegers, count);
    if (shareOfMultiplyAdds.isPresent() && count > 0) {
      products += ", " + percent(shareOfMultiplyAdds.getAsDouble()) + " % of the multiply-adds";
    }
    return ofEngine ? products : products + ", if TensorRT does as the file says";
  }

  /**
   * Writes a share, so that it never looks like more than it is.
   *
   * @param share 0 to 1
   * @return percent, one decimal, rounded down
   */
  @Internal
  public static String percent(double share) {
    double percent = Math.floor(1000 * share) / 10;
    return share == 0 || share == 1
        ? Long.toString(Math.round(percent))
        : String.format(Locale.ROOT, "%.1f", percent);
  }
}

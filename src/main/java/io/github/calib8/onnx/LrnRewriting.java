package io.github.calib8.onnx;

import com.google.common.primitives.Ints;
import io.github.calib8.work.Internal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rewrites local response normalization across channels into operators that engines run fast.
 *
 * <p>{@code y = x / (bias + alpha / size * sum x^2)^beta}, the sum over the {@code size} nearest
 * channels. With the channels last, the sum is a product of x^2 with a band matrix of {@code alpha
 * / size}; the power 3/4 of the original networks is {@code sqrt(t) * sqrt(sqrt(t))}. Equal to LRN
 * up to rounding (1e-5 in the tests).
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__LRN.html">LRN</a>
 */
@Internal
public final class LrnRewriting {
  private LrnRewriting() {}

  /**
   * Rewrites every LRN over {@code [N, C, H, W]} whose number of channels the graph tells.
   *
   * @param model any model
   * @return the same function
   */
  public static OnnxModel apply(OnnxModel model) {
    Map<String, Integer> channels = channels(model);
    GraphBuilder builder = model.edit();
    for (Node node : model.nodes()) {
      Integer known = node.is("LRN") ? channels.get(node.inputs().get(0)) : null;
      if (known != null) {
        rewrite(builder, node, known);
      }
    }
    return builder.build();
  }

  /** The channels of each tensor, as far as the graph tells, found in one walk from the inputs. */
  private static Map<String, Integer> channels(OnnxModel model) {
    Map<String, Integer> channels = new HashMap<>();
    for (Node node : model.nodes()) {
      OperatorTraits traits = OperatorTraits.of(node);
      if (traits.kind() == OperatorKind.CONVOLUTION) {
        StoredConstant.of(model, node.inputs().get(1))
            .filter(w -> w.dims().size() == 4)
            .ifPresent(w -> channels.put(node.output(), Ints.checkedCast(w.dims().get(0))));
      } else if (traits.keepsChannels()) {
        Integer known = channels.get(node.inputs().get(0));
        if (known != null) {
          channels.put(node.output(), known);
        }
      }
    }
    return channels;
  }

  /**
   * The products with a band matrix that {@link #apply} wrote into a model: part of an LRN, and
   * none of the model's own convolutions and matrix products. They are known by their form,
   * whatever their names: a constant square matrix, one value in a band around its diagonal and 0
   * elsewhere, times the square of a tensor.
   *
   * @param model any model
   * @return the nodes
   */
  public static List<Node> bandProducts(OnnxModel model) {
    return model.nodes().stream()
        .filter(node -> node.is("MatMul") && isSquare(model, node.inputs().get(0)))
        .filter(
            node ->
                Optional.ofNullable(model.initializers().get(node.inputs().get(1)))
                    .filter(LrnRewriting::isBand)
                    .isPresent())
        .toList();
  }

  private static boolean isSquare(OnnxModel model, String tensor) {
    return model
        .producer(tensor)
        .filter(node -> node.is("Mul") && node.inputs().get(0).equals(node.inputs().get(1)))
        .isPresent();
  }

  private static boolean isBand(Tensor matrix) {
    List<Long> dims = matrix.dims();
    if (matrix.type() != DataType.FLOAT || dims.size() != 2 || !dims.get(0).equals(dims.get(1))) {
      return false;
    }
    float[] values = matrix.toFloats();
    int channels = Ints.checkedCast(dims.get(0));
    int after = 0; // rows of the first column from its diagonal on
    while (after < channels && values[after * channels] != 0) {
      after++;
    }
    int before = 0; // columns of the first row likewise
    while (before < channels && values[before] != 0) {
      before++;
    }
    // A column reaches from (size - 1) / 2 above its diagonal to size / 2 below.
    return after > 0 && Arrays.equals(values, band(channels, before + after - 1, values[0]));
  }

  private static void rewrite(GraphBuilder builder, Node lrn, int channels) {
    long size = lrn.intAttribute("size", 1);
    float alpha = lrn.floatAttribute("alpha", 1e-4f);
    float beta = lrn.floatAttribute("beta", 0.75f);
    String name = lrn.output();
    builder.remove(lrn);
    String x =
        node(
            builder,
            "Transpose",
            name + "_x",
            Map.of("perm", Attribute.ints(0, 2, 3, 1)),
            lrn.inputs().get(0));
    String squares = node(builder, "Mul", name + "_squares", Map.of(), x, x);
    String band =
        builder.initializer(
            Tensor.floats(
                builder.uniqueName(name + "_band"),
                List.of((long) channels, (long) channels),
                band(channels, Ints.saturatedCast(size), alpha / size)));
    String sums = node(builder, "MatMul", name + "_sums", Map.of(), squares, band);
    String base =
        node(
            builder,
            "Add",
            name + "_base",
            Map.of(),
            sums,
            scalar(builder, name + "_bias", lrn.floatAttribute("bias", 1)));
    String divisor = power(builder, name, base, beta);
    String y = node(builder, "Div", name + "_y", Map.of(), x, divisor);
    builder.node("Transpose", List.of(y), name, Map.of("perm", Attribute.ints(0, 3, 1, 2)));
  }

  private static String power(GraphBuilder builder, String name, String base, float beta) {
    if (beta != 0.75f) {
      return node(
          builder, "Pow", name + "_divisor", Map.of(), base, scalar(builder, name + "_beta", beta));
    }
    String root = node(builder, "Sqrt", name + "_root", Map.of(), base);
    String fourthRoot = node(builder, "Sqrt", name + "_fourth_root", Map.of(), root);
    return node(builder, "Mul", name + "_divisor", Map.of(), root, fourthRoot);
  }

  /**
   * Column c holds the factor at the rows of the channels around c; at the borders there are fewer.
   */
  private static float[] band(int channels, int size, float factor) {
    float[] band = new float[channels * channels];
    for (int c = 0; c < channels; c++) {
      int first = Math.max(0, c - (size - 1) / 2);
      int last = Math.min(channels - 1, c + size / 2);
      for (int row = first; row <= last; row++) {
        band[row * channels + c] = factor;
      }
    }
    return band;
  }

  private static String scalar(GraphBuilder builder, String prefix, float value) {
    return builder.initializer(Tensor.floats(builder.uniqueName(prefix), List.of(), value));
  }

  private static String node(
      GraphBuilder builder,
      String opType,
      String prefix,
      Map<String, Attribute> attributes,
      String... inputs) {
    return builder.node(opType, List.of(inputs), builder.uniqueName(prefix), attributes);
  }
}

package io.github.calib8.onnx;

import static io.github.calib8.onnx.OperatorKind.ADDITION;
import static io.github.calib8.onnx.OperatorKind.ARITHMETIC;
import static io.github.calib8.onnx.OperatorKind.AVERAGE_POOLING;
import static io.github.calib8.onnx.OperatorKind.CONCATENATION;
import static io.github.calib8.onnx.OperatorKind.CONSTANT;
import static io.github.calib8.onnx.OperatorKind.CONVERSION;
import static io.github.calib8.onnx.OperatorKind.CONVOLUTION;
import static io.github.calib8.onnx.OperatorKind.FUNCTION;
import static io.github.calib8.onnx.OperatorKind.LOCAL_NORMALIZATION;
import static io.github.calib8.onnx.OperatorKind.MATRIX_PRODUCT;
import static io.github.calib8.onnx.OperatorKind.MAX_POOLING;
import static io.github.calib8.onnx.OperatorKind.NORMALIZATION;
import static io.github.calib8.onnx.OperatorKind.OTHER;
import static io.github.calib8.onnx.OperatorKind.QUESTION;
import static io.github.calib8.onnx.OperatorKind.REARRANGEMENT;
import static io.github.calib8.onnx.OperatorKind.REDUCTION;
import static io.github.calib8.onnx.OperatorKind.SELECTION;
import static io.github.calib8.onnx.OperatorKind.TRANSPOSED_CONVOLUTION;
import static io.github.calib8.onnx.OperatorTraits.END;

import com.google.common.collect.ImmutableMap;
import io.github.calib8.onnx.OperatorTraits.Builder;
import io.github.calib8.onnx.OperatorTraits.MultiplyAdds;
import io.github.calib8.onnx.OperatorTraits.ShapeRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The {@linkplain OperatorTraits traits} of all operators that are known, a row an operator. To add
 * one, add its row: what a row does not say is what most operators of the kind have in common.
 */
final class OperatorTable {
  /** ONNX Runtime's own operators. */
  private static final String ONNX_RUNTIME = "com.microsoft.";

  /** Its operators on channels in blocks. */
  private static final String BLOCKED = "com.microsoft.nchwc.";

  /** Where an operator on integers has its weights: behind the data, its scale and zero point. */
  private static final int SCALED_WEIGHTS = 3;

  /** QGemm makes integers if it is told their scale. */
  private static final int SCALE_OF_QGEMM = 7;

  private static final int IMAGES = 0;

  /** Axes other than the images', which are never the last. */
  private static final Set<Long> WITHIN_IMAGE = Set.of(1L, 2L, 3L, -1L, -2L);

  private static final Map<String, OperatorTraits> ROWS =
      table(
          // Products by weights.
          row("Conv", CONVOLUTION).weights(1, node -> 0).multiplyAdds(windows(1)),
          row("ConvTranspose", TRANSPOSED_CONVOLUTION)
              .weights(1, node -> 1)
              .multiplyAdds(OperatorTable::transposedWindows),
          row("Gemm", MATRIX_PRODUCT)
              .data(0, 1)
              .weights(1, node -> isSet(node, "transB") ? 0 : 1)
              .plainIf(OperatorTable::isPlainGemm)
              .shape(ShapeRule.MATRIX)
              .imagesApartIf(node -> !isSet(node, "transA"))
              .multiplyAdds(matrices(1)),
          row("MatMul", MATRIX_PRODUCT)
              .weights(1, node -> 1)
              .shape(ShapeRule.MATRICES)
              .multiplyAdds(matrices(1)),

          // Products that this library neither quantizes nor rewrites: engines make most of them of
          // the ones above. Their rows name no weights.
          row("Einsum", MATRIX_PRODUCT)
              .data(0, END)
              .imagesApartIf(node -> false)
              .multiplyAdds(EinsumProducts::count),
          row("Attention", MATRIX_PRODUCT)
              .imagesApartIf(node -> false)
              .multiplyAdds(OperatorTable::notCounted),
          row(ONNX_RUNTIME + "Attention", MATRIX_PRODUCT)
              .imagesApartIf(node -> false)
              .multiplyAdds(OperatorTable::notCounted),
          row(ONNX_RUNTIME + "MultiHeadAttention", MATRIX_PRODUCT)
              .imagesApartIf(node -> false)
              .multiplyAdds(OperatorTable::notCounted),
          row(ONNX_RUNTIME + "FusedConv", CONVOLUTION).multiplyAdds(windows(1)),
          row(ONNX_RUNTIME + "NhwcFusedConv", CONVOLUTION)
              .shape(ShapeRule.OTHER)
              .multiplyAdds(windows(1)),
          row(BLOCKED + "Conv", CONVOLUTION).shape(ShapeRule.OTHER).multiplyAdds(windows(1)),
          row(ONNX_RUNTIME + "FusedGemm", MATRIX_PRODUCT)
              .imagesApartIf(node -> false)
              .multiplyAdds(matrices(1)),
          row(ONNX_RUNTIME + "FusedMatMul", MATRIX_PRODUCT)
              .imagesApartIf(node -> false)
              .multiplyAdds(matrices(1)),
          row("ConvInteger", CONVOLUTION).integers().multiplyAdds(windows(1)),
          row("QLinearConv", CONVOLUTION).integers().multiplyAdds(windows(SCALED_WEIGHTS)),
          row(ONNX_RUNTIME + "QLinearConv", CONVOLUTION)
              .shape(ShapeRule.OTHER)
              .integers()
              .multiplyAdds(windows(SCALED_WEIGHTS)),
          row("MatMulInteger", MATRIX_PRODUCT).integers().multiplyAdds(matrices(1)),
          row(ONNX_RUNTIME + "MatMulIntegerToFloat", MATRIX_PRODUCT)
              .integers()
              .floats((node, isFloat) -> true)
              .multiplyAdds(matrices(1)),
          row("QLinearMatMul", MATRIX_PRODUCT)
              .data(0, 1)
              .integers()
              .multiplyAdds(matrices(SCALED_WEIGHTS)),
          row(ONNX_RUNTIME + "QLinearMatMul", MATRIX_PRODUCT)
              .data(0, 1)
              .integers()
              .multiplyAdds(matrices(SCALED_WEIGHTS)),
          row(ONNX_RUNTIME + "QGemm", MATRIX_PRODUCT)
              .data(0, 1)
              .integers()
              .floats((node, isFloat) -> node.input(SCALE_OF_QGEMM).isEmpty())
              .multiplyAdds(matrices(SCALED_WEIGHTS)),
          row(ONNX_RUNTIME + "QAttention", MATRIX_PRODUCT)
              .data(0, 1)
              .integers()
              .floats((node, isFloat) -> true)
              .imagesApartIf(node -> false)
              .multiplyAdds(OperatorTable::notCounted),

          // Elementwise, of several tensors.
          row("Add", ADDITION),
          row("Sum", ARITHMETIC).keepsNonNegative(),
          row("Sub", ARITHMETIC),
          row("Mul", ARITHMETIC).keepsNonNegative(),
          row("Div", ARITHMETIC).keepsNonNegative(),
          row("Pow", ARITHMETIC),
          row("Max", ARITHMETIC).keepsNonNegative(),
          row("Min", ARITHMETIC).keepsNonNegative(),
          row("Where", ARITHMETIC).data(1, 3).keepsNonNegative().floats(OperatorTable::asSecond),

          // Elementwise, of one tensor.
          row("Relu", FUNCTION).neverNegative(),
          row("Clip", FUNCTION).settingsFrom(1),
          row("LeakyRelu", FUNCTION).keepsNonNegative(),
          row("Elu", FUNCTION).keepsNonNegative(),
          row("Selu", FUNCTION).keepsNonNegative(),
          row("Celu", FUNCTION).keepsNonNegative(),
          row("Gelu", FUNCTION).keepsNonNegative(),
          row("Mish", FUNCTION).keepsNonNegative(),
          row("HardSwish", FUNCTION).keepsNonNegative(),
          row("Sigmoid", FUNCTION).neverNegative().eachProbable(),
          row("HardSigmoid", FUNCTION).neverNegative().eachProbable(),
          row("Tanh", FUNCTION).keepsNonNegative(),
          row("Softplus", FUNCTION).neverNegative(),
          row("Softsign", FUNCTION).keepsNonNegative(),
          row("Erf", FUNCTION).keepsNonNegative(),
          row("Exp", FUNCTION).neverNegative(),
          row("Log", FUNCTION),
          row("Sqrt", FUNCTION).neverNegative(),
          row("Neg", FUNCTION),
          row("Abs", FUNCTION).neverNegative(),
          row("Reciprocal", FUNCTION).keepsNonNegative(),
          row("Floor", FUNCTION).keepsNonNegative(),
          row("Ceil", FUNCTION).keepsNonNegative(),
          row("Round", FUNCTION).keepsNonNegative(),

          // In relation to others. The slopes of PRelu may differ from pixel to pixel.
          row("PRelu", NORMALIZATION).keepsNonNegative(),
          row("BatchNormalization", NORMALIZATION).settingsFrom(3),
          row("InstanceNormalization", NORMALIZATION),
          row("LayerNormalization", NORMALIZATION),
          row("GroupNormalization", NORMALIZATION),
          row("LRN", LOCAL_NORMALIZATION).keepsNonNegative(),
          row("Softmax", NORMALIZATION).neverNegative().probabilities().followsLogits(),
          row("LogSoftmax", NORMALIZATION).followsLogits(),

          // ONNX Runtime's on integers, with scales and zero points behind the data: where one ends
          // a
          // model, it says what the scores are.
          row(ONNX_RUNTIME + "QLinearSoftmax", NORMALIZATION)
              .settingsFrom(1)
              .floats((node, isFloat) -> false)
              .probabilities()
              .followsLogits(),
          row(ONNX_RUNTIME + "QLinearSigmoid", FUNCTION)
              .settingsFrom(1)
              .floats((node, isFloat) -> false)
              .eachProbable(),

          // Pooling.
          row("MaxPool", MAX_POOLING),
          row("GlobalMaxPool", REDUCTION)
              .shape(ShapeRule.WINDOWS)
              .keepsNonNegative()
              .imagesApartIf(node -> true),
          row("AveragePool", AVERAGE_POOLING),
          row("GlobalAveragePool", AVERAGE_POOLING),

          // The same values elsewhere.
          row("Concat", CONCATENATION)
              .shape(ShapeRule.RANK)
              .imagesApartIf(OperatorTable::isAxisWithinImage),
          row("Identity", REARRANGEMENT).shape(ShapeRule.SAME).followsLogits(),
          row("Dropout", REARRANGEMENT).shape(ShapeRule.SAME).settingsFrom(1).followsLogits(),
          row("Flatten", REARRANGEMENT).shape(ShapeRule.MATRIX).followsLogits(),
          row("Reshape", REARRANGEMENT).shape(ShapeRule.GIVEN).settingsFrom(1).followsLogits(),
          row("Squeeze", REARRANGEMENT).settingsFrom(1).followsLogits(),
          row("Unsqueeze", REARRANGEMENT).settingsFrom(1).followsLogits(),
          row("Transpose", REARRANGEMENT).imagesApartIf(OperatorTable::keepsOutermost),
          row("DepthToSpace", REARRANGEMENT),

          // Some of the values.
          row("Split", SELECTION)
              .shape(ShapeRule.RANK)
              .settingsFrom(1)
              .outputsAlike()
              .imagesApartIf(OperatorTable::isAxisWithinImage),
          row("Gather", SELECTION).settingsFrom(1).imagesApartIf(OperatorTable::isAxisWithinImage),
          row("Slice", SELECTION).shape(ShapeRule.RANK).settingsFrom(1),
          row("Expand", SELECTION).settingsFrom(1),
          row("Tile", SELECTION).settingsFrom(1),
          row("ReduceMax", REDUCTION)
              .settingsFrom(1)
              .keepsNonNegative()
              .imagesApartIf(OperatorTable::reducesWithinImages),
          row("ReduceMin", REDUCTION)
              .settingsFrom(1)
              .keepsNonNegative()
              .imagesApartIf(OperatorTable::reducesWithinImages),
          row("ReduceMean", REDUCTION)
              .settingsFrom(1)
              .keepsNonNegative()
              .imagesApartIf(OperatorTable::reducesWithinImages),
          row("ReduceSum", REDUCTION)
              .settingsFrom(1)
              .keepsNonNegative()
              .imagesApartIf(OperatorTable::reducesWithinImages),

          // Old values and new ones. No engine moves the integers of SpaceToDepth.
          row("SpaceToDepth", OTHER).data(0, 1).keepsNonNegative().imagesApartIf(node -> true),
          row("Resize", OTHER)
              .shape(ShapeRule.RANK)
              .data(0, 1)
              .settingsFrom(1)
              .imagesApartIf(node -> true),
          row("Pad", OTHER).shape(ShapeRule.RANK).data(0, 1).settingsFrom(1),

          // Other types.
          row("Cast", CONVERSION)
              .floats((node, isFloat) -> node.intAttribute("to", 0) == DataType.FLOAT.code())
              .followsLogits(),
          row("QuantizeLinear", CONVERSION)
              .settingsFrom(1)
              .floats((node, isFloat) -> false)
              .followsLogits(),
          row("DequantizeLinear", CONVERSION)
              .dequantizes()
              .settingsFrom(1)
              .floats((node, isFloat) -> true)
              .followsLogits(),
          row(ONNX_RUNTIME + "QuantizeLinear", CONVERSION)
              .settingsFrom(1)
              .floats((node, isFloat) -> false)
              .followsLogits(),
          row(ONNX_RUNTIME + "DequantizeLinear", CONVERSION)
              .dequantizes()
              .settingsFrom(1)
              .floats((node, isFloat) -> true)
              .followsLogits(),

          // No activations.
          row("Shape", QUESTION).followsLogits(),
          row("Size", QUESTION),
          row("NonZero", QUESTION),
          row("ArgMax", QUESTION).followsLogits(),
          row("ArgMin", QUESTION),
          row("Equal", QUESTION),
          row("Greater", QUESTION),
          row("GreaterOrEqual", QUESTION),
          row("Less", QUESTION),
          row("LessOrEqual", QUESTION),
          row("And", QUESTION),
          row("Or", QUESTION),
          row("Xor", QUESTION),
          row("Not", QUESTION),
          row("IsNaN", QUESTION),
          row("IsInf", QUESTION),
          row("Constant", CONSTANT).floats(OperatorTable::isFloatConstant),
          row("ConstantOfShape", CONSTANT).floats(OperatorTable::isFilledWithFloats));

  private OperatorTable() {}

  static Optional<OperatorTraits> find(String domain, String opType) {
    return Optional.ofNullable(ROWS.get(domain.isEmpty() ? opType : domain + "." + opType));
  }

  static List<OperatorTraits> rows() {
    return List.copyOf(ROWS.values());
  }

  private static Builder row(String operator, OperatorKind kind) {
    return OperatorTraits.builder(operator, kind);
  }

  private static Map<String, OperatorTraits> table(Builder... rows) {
    ImmutableMap.Builder<String, OperatorTraits> table = ImmutableMap.builder();
    for (Builder row : rows) {
      OperatorTraits traits = row.build();
      table.put(traits.operator(), traits);
    }
    return table.buildOrThrow();
  }

  private static boolean isSet(Node gemm, String attribute) {
    return gemm.intAttribute(attribute, 0) != 0;
  }

  private static boolean isPlainGemm(Node gemm) {
    return !isSet(gemm, "transA")
        && gemm.floatAttribute("alpha", 1) == 1
        && gemm.floatAttribute("beta", 1) == 1;
  }

  private static boolean isAxisWithinImage(Node node) {
    return WITHIN_IMAGE.contains(node.intAttribute("axis", IMAGES));
  }

  private static boolean keepsOutermost(Node transpose) {
    List<Long> axes = transpose.intsAttribute("perm", List.of());
    return !axes.isEmpty() && axes.get(0) == IMAGES;
  }

  private static boolean reducesWithinImages(Node reduction) {
    List<Long> axes = reduction.intsAttribute("axes", List.of());
    return !axes.isEmpty() && WITHIN_IMAGE.containsAll(axes);
  }

  private static boolean asSecond(Node node, Predicate<String> isFloat) {
    return node.input(1).filter(isFloat).isPresent();
  }

  private static boolean isFloatConstant(Node constant, Predicate<String> isFloat) {
    return constant.attributes().containsKey("value_float")
        || constant.attributes().containsKey("value_floats")
        || constant.attributes().get("value") instanceof Attribute.TensorValue value
            && value.value().type() == DataType.FLOAT;
  }

  private static boolean isFilledWithFloats(Node constant, Predicate<String> isFloat) {
    return !(constant.attributes().get("value") instanceof Attribute.TensorValue value)
        || value.value().type() == DataType.FLOAT;
  }

  /** Each element of the output is a sum over the weights of its channel. */
  private static MultiplyAdds windows(int weights) {
    return (node, shape) ->
        times(shape.apply(node.output()), weightsOfAChannel(node, weights, shape));
  }

  /** Each element of the input goes into as many elements as its channel has weights. */
  private static OptionalLong transposedWindows(
      Node node, Function<String, Optional<List<Long>>> shape) {
    return times(node.input(0).flatMap(shape), weightsOfAChannel(node, 1, shape));
  }

  private static Optional<Long> weightsOfAChannel(
      Node node, int weights, Function<String, Optional<List<Long>>> shape) {
    return node.input(weights)
        .flatMap(shape)
        .filter(dims -> !dims.isEmpty())
        .map(dims -> elements(dims.subList(1, dims.size())));
  }

  /** Each element of the output is a sum over the dimension that the two factors share. */
  private static MultiplyAdds matrices(int second) {
    return (node, shape) -> {
      int fromTheEnd = isSet(node, "transB") ? 1 : 2;
      return times(
          shape.apply(node.output()),
          node.input(second)
              .flatMap(shape)
              .filter(dims -> !dims.isEmpty())
              .map(dims -> dims.get(Math.max(0, dims.size() - fromTheEnd))));
    };
  }

  private static OptionalLong notCounted(Node node, Function<String, Optional<List<Long>>> shape) {
    return OptionalLong.empty();
  }

  private static OptionalLong times(Optional<List<Long>> dims, Optional<Long> each) {
    return dims.isPresent() && each.isPresent()
        ? OptionalLong.of(elements(dims.orElseThrow()) * each.orElseThrow())
        : OptionalLong.empty();
  }

  private static long elements(List<Long> dims) {
    return dims.stream().reduce(1L, Math::multiplyExact);
  }
}

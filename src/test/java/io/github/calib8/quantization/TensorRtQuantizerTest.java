package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.networks.Architecture;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Simplification;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.scale.IntegerType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of TensorRT's explicit quantization, on small graphs and on the architectures. */
class TensorRtQuantizerTest extends TabledGraph {

  private OnnxModel quantize(String output) {
    OnnxModel model = model(output);
    return Quantizer.forTensorRt().quantize(model, table(model, InstructionSet.AVX2));
  }

  private static boolean isQuantized(OnnxModel int8, String tensor) {
    return int8.consumers(tensor).stream().anyMatch(node -> node.is("QuantizeLinear"));
  }

  @Test
  void convolutionInputsAreSignedWithZeroPointZero() {
    node("Relu", "relu", conv("conv", input()));
    conv("last", "relu");
    signed("relu", 2.54);
    OnnxModel int8 = quantize("last");
    Tensor zeroPoint = int8.initializers().get("relu_zero_point");
    assertThat(zeroPoint.type()).isEqualTo(DataType.INT8);
    assertThat(zeroPoint.toLongs()).containsExactly(0);
    assertThat(scaleOf(int8, "relu")).isEqualTo((float) (2.54 / 127));
  }

  @Test
  void theThresholdOfAnUnsignedTensorIsKept() {
    node("Relu", "relu", conv("conv", input()));
    conv("last", "relu");
    unsigned("relu", 2.54);
    OnnxModel int8 = quantize("last");
    assertThat(scaleOf(int8, "relu")).isEqualTo((float) (2.54 / 127));
    assertThat(int8.initializers().get("relu_zero_point").type()).isEqualTo(DataType.INT8);
  }

  @Test
  void rectifiersStayAndNothingIsQuantizedBetweenThemAndTheirConvolution() {
    node("Relu", "relu", conv("conv", input()));
    conv("last", "relu");
    signed("conv", 5);
    signed("relu", 5);
    signed("last", 5);
    OnnxModel int8 = quantize("last");
    assertThat(operators(int8)).containsExactly("Conv", "Relu", "Conv");
    assertThat(int8.consumers("conv")).extracting(Node::opType).containsExactly("Relu");
    assertThat(isQuantized(int8, "last")).isFalse();
  }

  @Test
  void aConvolutionThatMakesTheModelsOutputIsQuantizedAsWell() {
    conv("last", input());
    assertThat(quantize("last").producer("last").orElseThrow().inputs())
        .containsExactly("data_dequantized", "last_weights_dequantized", "last_b");
  }

  @Test
  void weightsStayInFloatingPointInFrontOfTheirRounding() {
    conv("last", input());
    OnnxModel int8 = quantize("last");
    Node rounding = int8.producer("last_weights_quantized").orElseThrow();
    assertThat(rounding.inputs())
        .containsExactly("last_w", "last_weights_scale", "last_weights_zero_point");
    assertThat(rounding.intAttribute("axis", -1)).isZero();
    assertThat(int8.initializers().get("last_w").type()).isEqualTo(DataType.FLOAT);
    assertThat(int8.initializers().get("last_weights_zero_point").type()).isEqualTo(DataType.INT8);
    assertThat(int8.initializers().get("last_weights_scale").toFloats()).containsExactly(2 / 127f);
  }

  @Test
  void theScaleOfADeadChannelLeavesRoomForItsBiasAsAnInteger() {
    List<Long> dims = List.of(2L, 1L, 1L, 1L);
    String weights = builder.initializer(Tensor.floats("last_w", dims, 1e-9f, 2));
    String bias = builder.initializer(Tensor.floats("last_b", List.of(2L), -5, 5));
    node("Conv", "last", input(), weights, bias);
    OnnxModel int8 = quantize("last");
    float inputScale = scaleOf(int8, "data");
    float[] scales = int8.initializers().get("last_weights_scale").toFloats();
    assertThat(5 / ((double) inputScale * scales[0])).isCloseTo(1 << 30, within(1e3));
    assertThat(scales[1]).isEqualTo(2 / 127f);
    assertThat(int8.initializers().get("last_b").toFloats()).containsExactly(-5, 5);
  }

  @Test
  void theAxisOfAMatrixIsThatOfItsOutputs() {
    float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    String columns = builder.initializer(Tensor.floats("columns", List.of(16L, 1L), values));
    String rows = builder.initializer(Tensor.floats("rows", List.of(16L, 1L), values));
    node("Flatten", "flat", input());
    builder.node("Gemm", List.of("flat", columns), "one", Map.of());
    builder.node("Gemm", List.of("one", rows), "last", Map.of("transB", Attribute.of(1)));
    signed("one", 1);
    OnnxModel int8 = quantize("last");
    assertThat(int8.producer("one_weights_quantized").orElseThrow().intAttribute("axis", -1))
        .isEqualTo(1);
    assertThat(int8.initializers().get("one_weights_scale").dims()).containsExactly(1L);
    assertThat(int8.producer("last_weights_quantized").orElseThrow().intAttribute("axis", -1))
        .isZero();
    assertThat(int8.initializers().get("last_weights_scale").dims()).containsExactly(16L);
  }

  @Test
  void ofAResidualAddOnlyTheShortcutIsQuantized() {
    node("Relu", "start", conv("conv1", input()));
    node("Add", "sum", conv("conv2", "start"), "start");
    conv("last", "sum");
    signed("start", 3);
    signed("conv2", 4);
    signed("sum", 5);
    OnnxModel int8 = quantize("last");
    assertThat(int8.producer("sum").orElseThrow().inputs())
        .containsExactly("conv2", "start_dequantized");
    assertThat(isQuantized(int8, "conv2")).isFalse();
  }

  @Test
  void ofTwoConvolutionsTheOneCloserToTheInputIsTheShortcut() {
    node("Relu", "start", conv("conv1", input()));
    conv("deep", node("Relu", "middle", conv("conv2", "start")));
    node("Add", "sum", "deep", conv("projection", "start"));
    conv("last", "sum");
    signed("start", 3);
    signed("middle", 3);
    signed("deep", 4);
    signed("projection", 4);
    signed("sum", 5);
    assertThat(quantize("last").producer("sum").orElseThrow().inputs())
        .containsExactly("deep", "projection_dequantized");
  }

  @Test
  void anAddBehindRectifiersIsQuantizedOnBothSides() {
    node("Relu", "left", conv("conv1", input()));
    node("Relu", "right", conv("conv2", "data"));
    node("Add", "sum", "left", "right");
    conv("last", "sum");
    signed("left", 3);
    signed("right", 3);
    signed("sum", 5);
    assertThat(quantize("last").producer("sum").orElseThrow().inputs())
        .containsExactly("left_dequantized", "right_dequantized");
  }

  @Test
  void aConvolutionThatOthersReadCannotTakeTheAddIn() {
    node("Relu", "relu", conv("conv", input()));
    node("Add", "sum", "relu", "conv");
    conv("last", "sum");
    signed("relu", 5);
    signed("conv", 5);
    signed("sum", 9);
    assertThat(quantize("last").producer("sum").orElseThrow().inputs())
        .containsExactly("relu_dequantized", "conv_dequantized");
  }

  @Test
  void concatAndPoolingAreQuantizedBehindThemIfAConvolutionReadsThem() {
    node("Relu", "left", conv("conv1", input()));
    node("Relu", "right", conv("conv2", "data"));
    node("Concat", "both", "left", "right");
    node("MaxPool", "pool", "both");
    conv("last", "pool");
    unsigned("left", 3);
    unsigned("right", 7);
    unsigned("both", 6);
    OnnxModel int8 = quantize("last");
    assertThat(int8.producer("both").orElseThrow().inputs()).containsExactly("left", "right");
    assertThat(int8.producer("pool").orElseThrow().inputs()).containsExactly("both");
    assertThat(scaleOf(int8, "pool")).isEqualTo(6 / 127f);
  }

  private OnnxModel normalized(IntegerType type, double sqnr) {
    node("Relu", "relu", conv("conv", input()));
    node("MaxPool", "pool", node("LRN", "norm", "relu"));
    conv("last", "pool");
    typed("relu", type, 5, sqnr);
    signed("norm", 3);
    return quantize("last");
  }

  @Test
  void aLocalNormalizationReadsIntegersWhere8BitsHoldItsInput() {
    OnnxModel int8 = normalized(IntegerType.INT8, 36);
    assertThat(int8.producer("norm").orElseThrow().inputs()).containsExactly("relu_dequantized");
    assertThat(scaleOf(int8, "relu")).isEqualTo(5 / 127f);
    assertThat(int8.producer("pool").orElseThrow().inputs()).containsExactly("norm");
  }

  @Test
  void aLocalNormalizationOfALongTailReadsFloatingPoint() {
    OnnxModel int8 = normalized(IntegerType.INT8, 26);
    assertThat(int8.producer("norm").orElseThrow().inputs()).containsExactly("relu");
    assertThat(isQuantized(int8, "relu")).isFalse();
  }

  /** Whose 37 dB are of twice as many steps. */
  @Test
  void aTableForProcessorsTellsOfFinerSteps() {
    assertThat(isQuantized(normalized(IntegerType.UINT8, 37), "relu")).isFalse();
  }

  @Test
  void aTableForProcessorsMayTellOfFineStepsEnough() {
    assertThat(isQuantized(normalized(IntegerType.UINT8, 39), "relu")).isTrue();
  }

  @Test
  void aLocalNormalizationThatNoProductReadsStaysInFloatingPoint() {
    node("LRN", "norm", node("Relu", "relu", conv("conv", input())));
    node("Softmax", "last", "norm");
    typed("relu", IntegerType.INT8, 5, 36);
    assertThat(isQuantized(quantize("last"), "relu")).isFalse();
  }

  @Test
  void whatIsNotCalibratedStaysInFloatingPointWithItsWeights() {
    conv("last", conv("first", input()));
    assertThat(quantize("last").producer("last").orElseThrow().inputs())
        .containsExactly("first", "last_w", "last_b");
  }

  @Test
  void weightsUseTheFullRangeOnEveryProcessorUnlessTheUserSaysOtherwise() {
    conv("last", input());
    OnnxModel model = model("last");
    assertThat(quantize("last").metadata())
        .containsEntry(Int8Metadata.TARGET, "tensorrt")
        .containsEntry(Int8Metadata.WEIGHTS, "full")
        .doesNotContainKey(Int8Metadata.INSTRUCTION_SET);
    assertThat(
            Quantizer.forTensorRt()
                .withWeightRange(WeightRange.REDUCED)
                .quantize(model, table(model, InstructionSet.AVX512_VNNI))
                .metadata())
        .containsEntry(Int8Metadata.WEIGHTS, "reduced");
  }

  @ParameterizedTest
  @MethodSource("io.github.calib8.networks.Architecture#classic")
  void everyArchitectureKeepsToTheRules(Architecture architecture) throws IOException {
    OnnxModel fp32 = NarrowNetworks.of(architecture);
    OnnxModel int8 =
        Quantizer.forTensorRt().quantize(fp32, NarrowNetworks.table(fp32, Target.tensorRt()));

    assertThat(int8.opsets().get("")).isGreaterThanOrEqualTo(13);
    assertThat(operators(int8))
        .containsExactlyInAnyOrderElementsOf(operators(Simplification.simplify(fp32)));
    assertThat(int8.initializers().values()).noneMatch(t -> t.type() == DataType.UINT8);
    assertThat(int8.nodes()).allSatisfy(node -> requireRules(int8, node));
  }

  private static void requireRules(OnnxModel int8, Node node) {
    switch (node.opType()) {
      case "QuantizeLinear" -> {
        assertThat(int8.consumers(node.output()))
            .singleElement()
            .satisfies(
                next -> {
                  assertThat(next.opType()).isEqualTo("DequantizeLinear");
                  assertThat(next.inputs().subList(1, 3)).isEqualTo(node.inputs().subList(1, 3));
                  assertThat(next.attributes()).isEqualTo(node.attributes());
                });
        Tensor zeroPoint = int8.initializers().get(node.inputs().get(2));
        assertThat(zeroPoint.type()).isEqualTo(DataType.INT8);
        assertThat(zeroPoint.toLongs()).containsOnly(0);
        assertThat(zeroPoint.dims())
            .isEqualTo(int8.initializers().get(node.inputs().get(1)).dims());
      }
      case "DequantizeLinear" ->
          assertThat(int8.consumers(node.output()))
              .anyMatch(
                  next -> next.is("Conv") || next.is("Gemm") || next.is("Add") || next.is("LRN"));
      case "Conv", "Gemm" -> {
        assertThat(int8.producer(node.inputs().get(0)).orElseThrow().opType())
            .isEqualTo("DequantizeLinear");
        Node weights = int8.producer(node.inputs().get(1)).orElseThrow();
        assertThat(weights.opType()).isEqualTo("DequantizeLinear");
        assertThat(weights.intAttribute("axis", -1)).isEqualTo(Operators.channelAxis(node));
        Tensor bias = int8.initializers().get(node.inputs().get(2));
        assertThat(bias.type()).isEqualTo(DataType.FLOAT);
        assertThat(int8.initializers().get(weights.inputs().get(1)).dims()).isEqualTo(bias.dims());
      }
      case "Add" ->
          assertThat(node.inputs())
              .extracting(input -> int8.producer(input).orElseThrow().opType())
              .containsExactlyInAnyOrder("Conv", "DequantizeLinear");
      default -> assertThat(node.domain()).isEmpty();
    }
  }
}

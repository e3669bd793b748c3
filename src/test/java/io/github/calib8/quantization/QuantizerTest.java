package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.Int8Metadata;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuantizerTest extends TabledGraph {
  private OnnxModel quantize(String output) {
    OnnxModel model = model(output);
    return Quantizer.forCpu().quantize(model, table(model, InstructionSet.AVX512_VNNI));
  }

  @Test
  void aReluInFrontOfZeroPointZeroIsDropped() {
    node("Relu", "relu", conv("conv", input()));
    conv("last", "relu");
    unsigned("relu", 5.1);
    signed("last", 1);
    OnnxModel int8 = quantize("last");
    assertThat(operators(int8)).containsExactly("Conv", "Conv");
    assertThat(int8.consumers("conv")).extracting(Node::opType).containsExactly("QuantizeLinear");
    assertThat(zeroPointOf(int8, "relu")).isZero();
    assertThat(scaleOf(int8, "relu")).isEqualTo((float) (5.1 / 255));
  }

  @Test
  void aSignedTableWithoutNegativeValuesGivesTheThresholdAlone() {
    node("Relu", "relu", conv("conv", input()));
    conv("last", "relu");
    signedWithoutNegatives("relu", 5.1);
    signed("last", 1);
    OnnxModel int8 = quantize("last");
    assertThat(operators(int8)).containsExactly("Conv", "Conv");
    assertThat(zeroPointOf(int8, "relu")).isZero();
    assertThat(scaleOf(int8, "relu")).isEqualTo((float) (5.1 / 255));
  }

  @Test
  void aSignedTensorThatNobodyObservedStaysSigned() {
    node("Relu", "relu", conv("conv", input()));
    conv("last", conv("middle", "relu"));
    signedUnobserved("conv", 2.54);
    signedUnobserved("relu", 2.54);
    signed("middle", 1);
    OnnxModel int8 = quantize("last");
    assertThat(operators(int8)).containsExactly("Conv", "Relu", "Conv", "Conv");
    assertThat(zeroPointOf(int8, "relu")).isEqualTo(128);
    assertThat(scaleOf(int8, "relu")).isEqualTo((float) (2.54 / 127));
  }

  @Test
  void aReluWhoseInputOthersReadStays() {
    node("Relu", "relu", conv("conv", input()));
    node("Add", "sum", "relu", "conv");
    conv("last", "sum");
    unsigned("relu", 5);
    signed("conv", 5);
    signed("sum", 9);
    signed("last", 1);
    assertThat(operators(quantize("last"))).containsExactly("Conv", "Relu", "Add", "Conv");
  }

  @Test
  void aReluInFrontOfAFloatingPointOperatorIsDroppedOnlyBecauseItIsQuantizedFirst() {
    node("Relu", "relu", conv("conv", input()));
    node("LRN", "norm", "relu");
    conv("last", "norm");
    unsigned("relu", 5);
    unsigned("norm", 5);
    signed("last", 1);
    OnnxModel int8 = quantize("last");
    assertThat(operators(int8)).doesNotContain("Relu", "LRN");
    assertThat(int8.consumers("conv")).extracting(Node::opType).containsExactly("QuantizeLinear");
  }

  @Test
  void aReluThatIsNotCalibratedStaysWithItsConvolutionInFloatingPoint() {
    node("Relu", "relu", conv("conv", input()));
    node("LRN", "norm", "relu");
    OnnxModel int8 = quantize("norm");
    assertThat(int8.nodes())
        .extracting(Node::opType)
        .contains("Conv", "Relu")
        .doesNotContain("DequantizeLinear");
  }

  @Test
  void signedTensorsAreStoredAround128() {
    conv("last", conv("first", input()));
    signed("first", 2.54);
    OnnxModel int8 = quantize("last");
    assertThat(zeroPointOf(int8, "data")).isEqualTo(128);
    assertThat(zeroPointOf(int8, "first")).isEqualTo(128);
    assertThat(scaleOf(int8, "first")).isEqualTo((float) (2.54 / 127));
  }

  @Test
  void aConvolutionThatMakesTheModelsOutputStaysInFloatingPoint() {
    conv("last", conv("first", input()));
    signed("first", 2);
    signed("last", 2);
    OnnxModel int8 = quantize("last");
    assertThat(int8.producer("first").orElseThrow().inputs()).contains("first_weights_dequantized");
    assertThat(int8.producer("last").orElseThrow().inputs())
        .containsExactly("first_dequantized", "last_w", "last_b");
  }

  @Test
  void whatOnlyAConcatReadsTakesTheConcatsScale() {
    node("Relu", "left", conv("conv1", input()));
    node("Relu", "right", conv("conv2", "data"));
    node("Concat", "both", "left", "right");
    conv("last", "both");
    unsigned("left", 3);
    unsigned("right", 7);
    unsigned("both", 6);
    signed("last", 1);
    OnnxModel int8 = quantize("last");
    assertThat(scaleOf(int8, "left")).isEqualTo(scaleOf(int8, "both")).isEqualTo(6 / 255f);
    assertThat(scaleOf(int8, "right")).isEqualTo(scaleOf(int8, "both"));
  }

  @Test
  void whatOthersReadAsWellKeepsItsOwnScale() {
    node("Relu", "left", conv("conv1", input()));
    node("Relu", "right", conv("conv2", "left"));
    node("Concat", "both", "left", "right");
    conv("last", "both");
    unsigned("left", 3);
    unsigned("right", 7);
    unsigned("both", 6);
    signed("last", 1);
    assertThat(scaleOf(quantize("last"), "left")).isEqualTo(3 / 255f);
  }

  @Test
  void poolingPassesTheScaleThrough() {
    node("Relu", "relu", conv("conv", input()));
    node("MaxPool", "pool", "relu");
    conv("last", "pool");
    unsigned("relu", 5);
    signed("last", 1);
    OnnxModel int8 = quantize("last");
    assertThat(scaleOf(int8, "pool")).isEqualTo(scaleOf(int8, "relu"));
    assertThat(int8.producer("pool_quantized")).isPresent();
  }

  @Test
  void logitsAndSoftmaxStayAsTheyAre() {
    String weights = builder.initializer(Tensor.floats("w", List.of(16L, 2L), new float[32]));
    node("Flatten", "flat", input());
    builder.node("Gemm", List.of("flat", weights), "logits", Map.of());
    node("Softmax", "prob", "logits");
    OnnxModel int8 = quantize("prob");
    assertThat(int8.producer("prob").orElseThrow().inputs()).containsExactly("logits");
    assertThat(int8.producer("logits").orElseThrow().inputs())
        .containsExactly("flat_dequantized", "logits_weights_dequantized");
    assertThat(int8.initializers().get("logits_weights_quantized").type()).isEqualTo(DataType.INT8);
  }

  @Test
  void onAProcessorThatSaturatesTheWeightsAreReducedUnlessTheUserSaysOtherwise() {
    conv("last", input());
    signed("last", 1);
    OnnxModel model = model("last");
    CalibrationTable table = table(model, InstructionSet.AVX2);
    assertThat(Quantizer.forCpu().quantize(model, table).metadata())
        .containsEntry(Int8Metadata.WEIGHTS, "reduced")
        .containsEntry(Int8Metadata.INSTRUCTION_SET, "AVX2");
    assertThat(
            Quantizer.forCpu().withWeightRange(WeightRange.FULL).quantize(model, table).metadata())
        .containsEntry(Int8Metadata.WEIGHTS, "full");
    assertThat(
            Quantizer.forCpu()
                .withInstructionSet(InstructionSet.AVX512_VNNI)
                .quantize(model, table)
                .metadata())
        .containsEntry(Int8Metadata.WEIGHTS, "full");
  }

  @Test
  void theModelSaysWhichImagesItWasCalibratedOn() {
    conv("last", input());
    signed("last", 1);
    assertThat(quantize("last").metadata())
        .containsEntry(Int8Metadata.CALIBRATION_IMAGES, "a.JPEG\nb.JPEG")
        .containsEntry(Int8Metadata.METHOD, "entropy");
  }

  @Test
  void aTableOfAnotherModelIsRefusedByHash() {
    conv("last", input());
    signed("last", 1);
    OnnxModel model = model("last");
    CalibrationTable table = table(model, InstructionSet.AVX512_VNNI);
    OnnxModel other = model.edit().metadata("changed", "yes").build();
    assertThatThrownBy(() -> Quantizer.forCpu().quantize(other, table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(model.sha256())
        .hasMessageContaining(other.sha256());
  }
}

package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.Int8Metadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuantizationPlanTest extends TabledGraph {

  /** data, c1, r1, HardSwish h, c2, r2, Add of r1 and r2, r3, c4 and the logits. */
  private OnnxModel network() {
    String r1 = node("Relu", "r1", conv("c1", input()));
    String h = node("HardSwish", "h", r1);
    String r2 = node("Relu", "r2", conv("c2", h));
    String r3 = node("Relu", "r3", node("Add", "sum", r1, r2));
    conv("logits", conv("c4", r3));
    for (String tensor : List.of("r1", "r2", "r3")) {
      unsigned(tensor, 1);
    }
    signed("h", 1);
    signed("c4", 1);
    return model("logits");
  }

  private QuantizationPlan plan(Quantizer quantizer, OnnxModel model) {
    return quantizer.plan(model, table(model, InstructionSet.AVX512_VNNI));
  }

  private static Map<String, String> reasons(QuantizationPlan plan) {
    Map<String, String> reasons = new LinkedHashMap<>();
    plan.nodes()
        .forEach(node -> reasons.put(node.output(), node.precision() + " " + node.reason()));
    return reasons;
  }

  @Test
  void aRowANodeSaysWhatItComputesInAndWhy() {
    QuantizationPlan plan = plan(Quantizer.forCpu(), network());

    assertThat(reasons(plan))
        .containsExactly(
            Map.entry("c1", "INT8 runs in integers"),
            Map.entry("r1", "INT8 done by storing its output as integers"),
            Map.entry("h", "FLOAT HardSwish has no integer kernel"),
            Map.entry("c2", "INT8 runs in integers"),
            Map.entry("r2", "INT8 done by storing its output as integers"),
            Map.entry("sum", "INT8 runs in integers"),
            Map.entry("r3", "INT8 done by storing its output as integers"),
            Map.entry("c4", "INT8 runs in integers"),
            Map.entry("logits", "FLOAT it makes an output of the model"));
    assertThat(plan.find("h"))
        .get()
        .hasToString("HardSwish 'h': keeps float: HardSwish has no integer kernel");
    assertThat(plan.tensors())
        .extracting(PlannedTensor::tensor)
        .containsExactlyInAnyOrder("data", "r1", "h", "r2", "r3", "c4");
    assertThat(plan).hasToString("QuantizationPlan[7 of 9 nodes of small in integers for cpu]");
  }

  /** The rectifier is fused with the convolution in front of it; both must stay. */
  @Test
  void aTensorInFloatKeepsWhatMakesAndReadsIt() {
    QuantizationPlan all = plan(Quantizer.forCpu(), network());
    QuantizationPlan plan = all.withFloatTensors(List.of("r2"));

    assertThat(plan.nodes())
        .filteredOn(node -> node.reason().equals("asked for"))
        .extracting(PlannedNode::output)
        .containsExactly("c2", "r2", "sum");
    assertThat(plan.tensors()).extracting(PlannedTensor::tensor).doesNotContain("r2");
    assertThat(all.withFloatTensors(List.of("nowhere"))).isEqualTo(all);
  }

  @Test
  void aRowATensorSaysItsIntegers() {
    QuantizationPlan plan = plan(Quantizer.forCpu(), network());

    for (PlannedTensor tensor : plan.tensors()) {
      boolean isUnsigned = tensor.tensor().startsWith("r");
      assertThat(tensor.parameters().zeroPoint()).isEqualTo(isUnsigned ? 0 : 128);
      assertThat(tensor.parameters().scale()).isEqualTo(1f / (isUnsigned ? 255 : 127));
    }
  }

  @Test
  void aNodeThatIsAskedToKeepsFloatAndItsNeighborsFollow() {
    OnnxModel model = network();
    QuantizationPlan plan = plan(Quantizer.forCpu(), model);
    QuantizationPlan changed = plan.withFloat(List.of("c2"));

    assertThat(reasons(changed))
        .containsEntry("c2", "FLOAT asked for")
        .containsEntry("r2", "FLOAT Relu has no integer kernel")
        .containsEntry("sum", "INT8 runs in integers");
    // Nobody reads what HardSwish makes in integers any more; the sum still reads r2 so.
    assertThat(changed.tensors())
        .extracting(PlannedTensor::tensor)
        .contains("r2")
        .doesNotContain("h");
    OnnxModel int8 = Quantizer.forCpu().quantize(model, changed);
    assertThat(int8.producer("c2").orElseThrow().inputs()).contains("h", "c2_w");
    assertThat(int8.producer("r2").orElseThrow().is("Relu")).isTrue();
    assertThat(int8.metadata()).containsEntry(Int8Metadata.KEPT_FLOAT, "c2");
    assertThat(plan.nodes()).isEqualTo(plan(Quantizer.forCpu(), model).nodes());
  }

  @Test
  void aRectifierThatKeepsFloatIsNotDropped() {
    OnnxModel model = network();
    QuantizationPlan changed = plan(Quantizer.forCpu(), model).withFloat(List.of("r1"));

    assertThat(reasons(changed))
        .containsEntry("r1", "FLOAT asked for")
        .containsEntry("c1", "FLOAT 'c1' has no scale");
    assertThat(operators(Quantizer.forCpu().quantize(model, changed)))
        .containsExactly("Conv", "Relu", "HardSwish", "Conv", "Add", "Conv", "Conv");
  }

  @Test
  void whatIsAskedForAddsUp() {
    QuantizationPlan plan = plan(Quantizer.forCpu(), network());

    QuantizationPlan oneByOne = plan.withFloat(List.of("c1")).withFloat(List.of("c4"));
    assertThat(oneByOne).isEqualTo(plan.withFloat(List.of("c1", "c4"))).isNotEqualTo(plan);
    assertThat(oneByOne.nodes())
        .filteredOn(node -> node.reason().equals("asked for"))
        .extracting(PlannedNode::output)
        .containsExactly("c1", "c4");
    assertThat(plan.withFloat(List.of())).isEqualTo(plan);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everythingInFloatLeavesNoIntegers(Target target) {
    OnnxModel model = network();
    QuantizationPlan plan = plan(Quantizer.forTarget(target), model);
    QuantizationPlan none = plan.withFloat(plan.nodes().stream().map(PlannedNode::output).toList());

    assertThat(none.tensors()).isEmpty();
    assertThat(none.nodes()).extracting(PlannedNode::reason).containsOnly("asked for");
    assertThat(Quantizer.forTarget(target).quantize(model, none).nodes())
        .isEqualTo(target.prepare(model).nodes());
  }

  private static List<Target> targets() {
    return Target.all();
  }

  @Test
  void aConvolutionInFloatAddsNothingInItsKernelForTensorRt() {
    String data = input();
    String sum = node("Add", "sum", conv("a", data), conv("b", conv("m", data)));
    conv("last", sum);
    List.of("a", "b", "m", "sum").forEach(tensor -> signed(tensor, 1));
    QuantizationPlan plan = plan(Quantizer.forTensorRt(), model("last"));

    assertThat(plan.tensors())
        .extracting(PlannedTensor::tensor)
        .containsExactlyInAnyOrder("data", "m", "a", "sum");
    assertThat(plan.withFloat(List.of("b")).tensors())
        .extracting(PlannedTensor::tensor)
        .containsExactlyInAnyOrder("data", "b", "sum");
    assertThat(plan.withFloat(List.of("sum")).tensors())
        .extracting(PlannedTensor::tensor)
        .containsExactlyInAnyOrder("data", "m", "sum");
  }

  @Test
  void aSumOfATensorWithItselfReadsIntegersForTensorRt() {
    String a = conv("a", input());
    conv("last", node("Add", "sum", a, a));
    List.of("a", "sum").forEach(tensor -> signed(tensor, 1));

    assertThat(reasons(plan(Quantizer.forTensorRt(), model("last"))))
        .containsEntry("sum", "INT8 reads integers");
  }

  @Test
  void whatElseTensorRtRunsIsItsOwnChoice() {
    assertThat(reasons(plan(Quantizer.forTensorRt(), network())))
        .containsEntry("h", "FLOAT TensorRT chooses what HardSwish runs in")
        .containsEntry("logits", "INT8 reads integers");
  }

  @Test
  void whyAProductKeepsFloat() {
    String data = input();
    String relu = node("Relu", "relu", data);
    unsigned("relu", 1);
    builder.initializer(Tensor.floats("cube", List.of(1L, 4L, 4L), new float[16]));
    node("MatMul", "three", relu, "cube");
    node("Conv", "dynamic", relu, node("Sigmoid", "weights", data));
    builder.initializer(Tensor.floats("wide", List.of(1L, 1L, 1L, 1L), 1));
    node("Conv", "biased", relu, "wide", node("Sigmoid", "bias", data));
    node("Add", "plus", relu, "wide");
    node("MaxPool", "pool", node("Tanh", "tanh", data));
    String shape = node("Shape", "shape", data);
    node("Concat", "shapes", shape, shape);
    for (String output : List.of("three", "dynamic", "biased", "plus", "pool", "shapes")) {
      builder.output(new ValueInfo(output, DataType.FLOAT, List.of()));
    }
    OnnxModel model = builder.build();

    assertThat(reasons(plan(Quantizer.forCpu(), model)))
        .containsEntry("three", "FLOAT its weights are no matrix: [1, 4, 4]")
        .containsEntry("dynamic", "FLOAT its weights are no float32 constants")
        .containsEntry("biased", "FLOAT its bias is not one float32 constant a channel")
        .containsEntry("plus", "FLOAT it adds a constant")
        .containsEntry("pool", "FLOAT 'tanh' has no scale")
        .containsEntry("shapes", "FLOAT it makes no float32 numbers");
  }

  @Test
  void aNameThatNoNodeHasIsRefusedWithSimilarOnes() {
    QuantizationPlan plan = plan(Quantizer.forCpu(), network());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.withFloat(List.of("logit")))
        .withMessageContainingAll(
            "Expected a node of model 'small' as it is simplified (9 nodes), found 'logit'",
            "nearest names: [logits");
    // An input, a constant, and the empty name of an input that is left out.
    for (String name : List.of("data", "c1_w", "")) {
      assertThatIllegalArgumentException().isThrownBy(() -> plan.withFloat(List.of(name)));
    }
  }

  @Test
  void aNodeIsFoundByItsOwnName() {
    String data = input();
    builder.initializer(Tensor.floats("w", List.of(1L, 1L, 1L, 1L), 1));
    builder.node(new Node("first", "Conv", "", List.of(data, "w"), List.of("y"), Map.of()));
    node("Relu", "r", "y");
    unsigned("r", 1);
    conv("last", "r");
    QuantizationPlan plan = plan(Quantizer.forCpu(), model("last"));

    assertThat(plan.withFloat(List.of("first"))).isEqualTo(plan.withFloat(List.of("y")));
    assertThat(plan.find("first")).isEqualTo(plan.find("y")).isPresent();
    assertThat(plan.find("data")).isEmpty();
  }

  @Test
  void aPlanForAnotherTargetOrModelIsRefused() {
    OnnxModel model = network();
    QuantizationPlan plan = plan(Quantizer.forCpu(), model);
    OnnxModel other = model.edit().name("other").build();
    CalibrationTable table = table(model, InstructionSet.AVX2);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantizer.forTensorRt().quantize(model, plan))
        .withMessage("Expected a plan for tensorrt, found one for cpu");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantizer.forCpu().quantize(other, plan))
        .withMessageStartingWith("Expected a plan of model 'other'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantizer.forCpu().plan(other, table))
        .withMessageStartingWith("Expected a calibration table of model 'other'");
  }

  @Test
  void aPlanKeepsItsRangeOfTheWeights() {
    OnnxModel model = network();
    CalibrationTable table = table(model, InstructionSet.AVX2);
    QuantizationPlan full = Quantizer.forCpu().withWeightRange(WeightRange.FULL).plan(model, table);

    assertThat(Quantizer.forCpu().plan(model, table).weightRange()).isEqualTo(WeightRange.REDUCED);
    assertThat(Quantizer.forCpu().quantize(model, full).metadata())
        .containsEntry(Int8Metadata.WEIGHTS, "full");
  }

  @Test
  void theJsonHasARowANodeAndARowATensor() {
    OnnxModel model = network();
    String json = plan(Quantizer.forCpu(), model).withFloat(List.of("c2")).toJson();

    assertThat(json)
        .startsWith(
            """
            {
              "schemaVersion": 1,
              "target": "cpu",
              "model": "small",
              "modelSha256": "%s",
              "weights": "full",
              "costs": "AVX512_VNNI",
              "nodes": [
                {
                  "node": "c1",
                  "operator": "Conv",
                  "output": "c1",
                  "precision": "INT8",
                  "reason": "runs in integers"
                },
            """
                .formatted(model.sha256()))
        .contains(
            """
                  "output": "c2",
                  "precision": "FLOAT",
                  "reason": "asked for"
            """)
        .endsWith(
            """
                {
                  "tensor": "c4",
                  "type": "UINT8",
                  "scale": 0.007874016,
                  "zeroPoint": 128
                }
              ]
            }
            """);
  }
}

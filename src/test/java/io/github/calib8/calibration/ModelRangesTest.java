package io.github.calib8.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.DynamicRange;
import io.github.calib8.scale.DynamicRanges;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ModelRangesTest {
  private static final OnnxModel MODEL = model();
  private static final ModelRanges RANGES = ModelRanges.of(MODEL);
  private static CalibrationTable table;

  @BeforeAll
  static void calibrate() {
    table =
        Calibrator.builder(MODEL)
            .build()
            .calibrate(SmallNetwork.images(4).batches(4, SmallNetwork.preprocessing()));
  }

  @Test
  void everyTensorThatRunsInIntegersHasARangeInTheOrderOfTheGraph() {
    assertThat(thresholds(RANGES.expand(table)).keySet())
        .containsExactly(
            "data", "copy", "conv", "bn", "relu", "pool", "drop", "conv2", "signed", "both", "mean",
            "shaped", "flat");
  }

  @Test
  void allOutputsOfAnOperatorHaveRanges() {
    OnnxModel split = split();
    CalibrationTable ofSplit =
        Calibrator.builder(split)
            .build()
            .calibrate(SmallNetwork.images(4).batches(4, SmallNetwork.preprocessing()));
    ModelRanges ranges = ModelRanges.of(split);

    DynamicRanges expanded = ranges.expand(ofSplit);

    assertThat(thresholds(expanded).keySet()).contains("first", "second");
    assertThat(ranges.missing(expanded)).isEmpty();
  }

  /** No engine computes with them in integers. */
  @Test
  void masksAndIndicesHaveNone() {
    GraphBuilder graph = GraphBuilder.create("besides");
    long size = SmallNetwork.SIZE;
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, size, size)));
    graph.initializer(weights("w1", 4, 3, 3, 3));
    graph.initializer(weights("w2", 3, 4, 1, 1));
    graph.node("Conv", List.of("data", "w1"), "conv", Map.of());
    graph.node(
        new Node(
            "pool",
            "MaxPool",
            "",
            List.of("conv"),
            List.of("pooled", "indices"),
            Map.of("kernel_shape", Attribute.ints(2, 2))));
    graph.node(
        new Node("drop", "Dropout", "", List.of("pooled"), List.of("kept", "mask"), Map.of()));
    graph.node("Conv", List.of("kept", "w2"), "a", Map.of());
    graph.node("GlobalAveragePool", List.of("a"), "mean", Map.of());
    graph.node("Flatten", List.of("mean"), "flat", Map.of());
    OnnxModel model = graph.output(new ValueInfo("flat", DataType.FLOAT, List.of(-1L, 3L))).build();
    CalibrationTable ofModel =
        Calibrator.builder(model)
            .build()
            .calibrate(SmallNetwork.images(4).batches(4, SmallNetwork.preprocessing()));

    assertThat(thresholds(ModelRanges.of(model).expand(ofModel)).keySet())
        .containsExactly("data", "conv", "pooled", "kept", "a");
  }

  private static OnnxModel split() {
    GraphBuilder graph = GraphBuilder.create("split");
    long size = SmallNetwork.SIZE;
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, size, size)));
    graph.initializer(weights("w1", 4, 3, 3, 3));
    graph.initializer(weights("w2", 3, 2, 1, 1));
    graph.initializer(weights("w3", 3, 2, 1, 1));
    graph.initializer(Tensor.longs("halves", List.of(2L), 2, 2));
    graph.node("Conv", List.of("data", "w1"), "conv", Map.of());
    graph.node(
        new Node(
            "split",
            "Split",
            "",
            List.of("conv", "halves"),
            List.of("first", "second"),
            Map.of("axis", Attribute.of(1L))));
    graph.node("Conv", List.of("first", "w2"), "a", Map.of());
    graph.node("Conv", List.of("second", "w3"), "b", Map.of());
    graph.node("Add", List.of("a", "b"), "sum", Map.of());
    graph.node("GlobalAveragePool", List.of("sum"), "mean", Map.of());
    graph.node("Flatten", List.of("mean"), "flat", Map.of());
    return graph.output(new ValueInfo("flat", DataType.FLOAT, List.of(-1L, 3L))).build();
  }

  @Test
  void whatPassesThroughHasTheRangeOfWhatGoesIn() {
    Map<String, Double> thresholds = thresholds(RANGES.expand(table));

    assertThat(thresholds.get("copy")).isEqualTo(thresholds.get("data"));
    assertThat(thresholds.get("pool")).isEqualTo(thresholds.get("relu"));
    assertThat(thresholds.get("drop")).isEqualTo(thresholds.get("relu"));
    assertThat(thresholds.get("shaped")).isEqualTo(thresholds.get("mean"));
    assertThat(thresholds.get("flat")).isEqualTo(thresholds.get("mean"));
  }

  @Test
  void whatIsFusedIntoItsReaderHasTheReadersRange() {
    Map<String, Double> thresholds = thresholds(RANGES.expand(table));

    assertThat(thresholds.get("conv")).isEqualTo(thresholds.get("relu"));
    assertThat(thresholds.get("bn")).isEqualTo(thresholds.get("relu"));
    assertThat(thresholds.get("conv2")).isEqualTo(thresholds.get("signed"));
  }

  @Test
  void observedTensorsKeepTheirOwnThreshold() {
    Map<String, Double> thresholds = thresholds(RANGES.expand(table));

    assertThat(table.tensors())
        .isNotEmpty()
        .allSatisfy(
            entry -> assertThat(thresholds.get(entry.tensor())).isEqualTo(entry.threshold()));
  }

  @Test
  void aTableOfAnotherModelIsRefused() {
    ModelRanges other = ModelRanges.of(SmallNetwork.model());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> other.expand(table))
        .withMessageContainingAll(
            "Expected a calibration table of model 'small'", "found one of model 'passing'");
  }

  @Test
  void thereAndBackGivesTheSameScalesAndTheSameModel() {
    CalibrationTable symmetric = symmetric(table);

    CalibrationTable back = RANGES.toTable(RANGES.expand(table), "trt.cache");

    assertThat(symmetric.tensors()).isNotEqualTo(table.tensors());
    assertThat(back.tensors()).hasSameSizeAs(table.tensors());
    for (int i = 0; i < back.tensors().size(); i++) {
      TensorCalibration expected = symmetric.tensors().get(i);
      assertThat(back.tensors().get(i).tensor()).isEqualTo(expected.tensor());
      assertThat(back.tensors().get(i).parameters()).isEqualTo(expected.parameters());
    }
    assertThat(Quantizer.forCpu().quantize(MODEL, back).nodes())
        .isEqualTo(Quantizer.forCpu().quantize(MODEL, symmetric).nodes());
  }

  /** What other formats can hold of a table. */
  private static CalibrationTable symmetric(CalibrationTable table) {
    return CalibrationTable.of(
        table.tensors().stream()
            .map(
                entry ->
                    entry.parameters().isAsymmetric()
                        ? TensorCalibration.builder(
                                entry.tensor(),
                                entry.threshold(),
                                QuantizationParameters.symmetric(
                                    IntegerType.INT8, entry.threshold()))
                            .build()
                        : entry)
            .toList(),
        table.provenance());
  }

  @Test
  void behindARectifierTheSameThresholdHasAnUnsignedScale() {
    CalibrationTable made = RANGES.toTable(all(6), "trt.cache");

    assertThat(made.get("relu").parameters().type()).isEqualTo(IntegerType.UINT8);
    assertThat(made.get("relu").parameters().scale()).isEqualTo(6 / 255f);
    assertThat(made.get("signed").parameters().type()).isEqualTo(IntegerType.INT8);
    assertThat(made.get("signed").parameters().scale()).isEqualTo(6 / 127f);
    assertThat(made.get("both").parameters().type()).isEqualTo(IntegerType.INT8);
    assertThat(made.provenance().method()).isEqualTo("trt.cache");
    assertThat(made.provenance().images()).isEmpty();
  }

  @Test
  void whatCannotBeNegativeIsUnsigned() {
    GraphBuilder graph = GraphBuilder.create("signs");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 4L, 4L)));
    graph.initializer(weights("w", 2, 3, 1, 1));
    List<String> outputs = new ArrayList<>();
    for (String operator : List.of("Exp", "Sqrt", "Softplus", "Tanh", "HardSwish", "Neg")) {
      String tensor = graph.node(operator, List.of("data"), operator, Map.of());
      String kept = graph.node("Max", List.of(tensor, tensor), "max_" + operator, Map.of());
      outputs.add(graph.node("Conv", List.of(kept, "w"), "conv_" + operator, Map.of()));
    }
    for (String output : outputs) {
      graph.output(new ValueInfo(output, DataType.FLOAT, List.of()));
    }
    ModelRanges ranges = ModelRanges.of(graph.build());
    List<String> needed = ranges.missing(ranges(Map.of("other", 1.0)));
    CalibrationTable made =
        ranges.toTable(
            DynamicRanges.of(needed.stream().map(t -> new DynamicRange(t, 1)).toList()), "t");

    assertThat(made.tensors())
        .filteredOn(entry -> entry.parameters().type() == IntegerType.UINT8)
        .extracting(entry -> entry.tensor())
        .containsExactly("max_Exp", "max_Sqrt", "max_Softplus");
  }

  @Test
  void aMissingRangeIsThatOfTheTensorItPassesThroughFromOrTo() {
    assertThat(RANGES.toTable(without("relu", "pool"), "t").get("relu").threshold()).isEqualTo(6);
    assertThat(RANGES.toTable(without("data"), "t").get("data").threshold()).isEqualTo(6);
    assertThat(RANGES.missing(without("relu", "pool", "drop"))).containsExactly("relu");
  }

  @Test
  void aRangeThatCannotBeFoundIsNamedWithSimilarNames() {
    DynamicRanges ranges = without("relu", "pool", "drop", "signed");

    assertThat(RANGES.missing(ranges)).containsExactly("relu", "signed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RANGES.toTable(ranges, "trt.cache"))
        .withMessageContainingAll(
            "none for 2 of them in trt.cache, the first is 'relu'", "nearest names: [");
  }

  @Test
  void aConvolutionsRangeDoesNotStandForItsRectifiers() {
    assertThat(RANGES.missing(ranges(Map.of("conv", 9.0, "bn", 9.0)))).contains("relu");
  }

  @Test
  void rangesOfTensorsThatTheModelDoesNotHaveAreLeftOut() {
    List<DynamicRange> more = new ArrayList<>(all(6).ranges());
    more.add(new DynamicRange("(Unnamed Layer* 22) [Constant]_output", 3));

    assertThat(RANGES.toTable(DynamicRanges.of(more), "t").tensors())
        .isEqualTo(RANGES.toTable(all(6), "t").tensors());
  }

  @Test
  void aRangeBeyondFloat32IsRefusedByTensor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RANGES.toTable(all(1e40), "t"))
        .withMessageContaining("for tensor 'data'");
  }

  private static DynamicRanges all(double threshold) {
    Map<String, Double> all = thresholds(RANGES.expand(table));
    all.replaceAll((tensor, t) -> threshold);
    return ranges(all);
  }

  private static DynamicRanges without(String... tensors) {
    Map<String, Double> some = thresholds(all(6));
    some.keySet().removeAll(Arrays.asList(tensors));
    return ranges(some);
  }

  private static DynamicRanges ranges(Map<String, Double> thresholds) {
    return DynamicRanges.of(
        thresholds.entrySet().stream()
            .map(entry -> new DynamicRange(entry.getKey(), entry.getValue()))
            .toList());
  }

  private static Map<String, Double> thresholds(DynamicRanges ranges) {
    Map<String, Double> thresholds = new LinkedHashMap<>();
    ranges.ranges().forEach(range -> thresholds.put(range.tensor(), range.threshold()));
    return thresholds;
  }

  /** Whatever simplification takes away, or calibration does not observe. */
  private static OnnxModel model() {
    GraphBuilder graph = GraphBuilder.create("passing");
    long size = SmallNetwork.SIZE;
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, size, size)));
    graph.initializer(weights("w1", 4, 3, 3, 3));
    graph.initializer(weights("w2", 4, 4, 3, 3));
    graph.initializer(weights("fc", 8, 5));
    for (String parameter : List.of("gamma", "beta", "mean1", "variance")) {
      graph.initializer(Tensor.floats(parameter, List.of(4L), 0.5f, 1, 2, 3));
    }
    graph.initializer(Tensor.longs("shape", List.of(2L), -1, 8));
    graph.initializer(Tensor.floats("shift", List.of(4L, 1L, 1L), 0.5f, -1, 2, -3));
    graph.node("Identity", List.of("data"), "copy", Map.of());
    graph.node("Conv", List.of("copy", "w1"), "conv", Map.of());
    graph.node(
        "BatchNormalization",
        List.of("conv", "gamma", "beta", "mean1", "variance"),
        "bn",
        Map.of());
    graph.node("Relu", List.of("bn"), "relu", Map.of());
    graph.node("MaxPool", List.of("relu"), "pool", Map.of("kernel_shape", Attribute.ints(3, 3)));
    graph.node("Dropout", List.of("pool"), "drop", Map.of());
    graph.node("Conv", List.of("drop", "w2"), "conv2", Map.of("pads", Attribute.ints(1, 1, 1, 1)));
    graph.node("Add", List.of("conv2", "shift"), "signed", Map.of());
    graph.node("Concat", List.of("drop", "signed"), "both", Map.of("axis", Attribute.of(1L)));
    graph.node("GlobalAveragePool", List.of("both"), "mean", Map.of());
    graph.node("Reshape", List.of("mean", "shape"), "shaped", Map.of());
    graph.node("Flatten", List.of("shaped"), "flat", Map.of());
    graph.node("Gemm", List.of("flat", "fc"), "logits", Map.of());
    graph.node("Softmax", List.of("logits"), "prob", Map.of());
    return graph.output(new ValueInfo("prob", DataType.FLOAT, List.of(-1L, 5L))).build();
  }

  private static Tensor weights(String name, long... dims) {
    float[] values = new float[(int) LongStream.of(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 7 % 11 - 5) / 16f;
    }
    return Tensor.floats(name, LongStream.of(dims).boxed().toList(), values);
  }
}

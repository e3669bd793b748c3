package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether integers are used, by the sizes of what they cost and save. */
class FasterInFloatTest {
  private static final long PIXELS = 64 * 64;

  private final GraphBuilder graph = GraphBuilder.create("islands");
  private final List<TensorCalibration> tensors = new ArrayList<>();

  private String tensor(String name, long channels) {
    tensors.add(
        TensorCalibration.builder(name, 1, QuantizationParameters.symmetric(IntegerType.INT8, 1))
            .withCounts(2 * channels * PIXELS, 0, channels * PIXELS)
            .withRange(-1, 1)
            .build());
    return name;
  }

  private String conv(String name, String input, int channels) {
    String weights =
        graph.initializer(
            Tensor.floats(
                name + "_w",
                List.of((long) channels, (long) channels, 1L, 1L),
                new float[channels * channels]));
    return tensor(graph.node("Conv", List.of(input, weights), name, Map.of()), channels);
  }

  private String depthwise(String name, String input, int channels) {
    String weights =
        graph.initializer(
            Tensor.floats(
                name + "_w", List.of((long) channels, 1L, 3L, 3L), new float[channels * 9]));
    return tensor(
        graph.node(
            "Conv",
            List.of(input, weights),
            name,
            Map.of("group", Attribute.of(channels), "pads", Attribute.ints(1, 1, 1, 1))),
        channels);
  }

  private String grouped(String name, String input, int channels, int width) {
    String weights =
        graph.initializer(
            Tensor.floats(
                name + "_w",
                List.of((long) channels, (long) width, 3L, 3L),
                new float[channels * width * 9]));
    return tensor(
        graph.node(
            "Conv",
            List.of(input, weights),
            name,
            Map.of("group", Attribute.of(channels / width), "pads", Attribute.ints(1, 1, 1, 1))),
        channels);
  }

  private String begin(int channels) {
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, (long) channels, 64L, 64L)));
    return tensor(graph.node("Exp", List.of("data"), "begin", Map.of()), channels);
  }

  private void end(String input) {
    graph.node("Exp", List.of(input), "end", Map.of());
  }

  private QuantizationPlan plan(String output, Quantizer quantizer, int images) {
    OnnxModel model = graph.output(new ValueInfo(output, DataType.FLOAT, List.of())).build();
    return quantizer.plan(model, table(model, images));
  }

  private CalibrationTable table(OnnxModel model, int images) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      names.add(i + ".png");
    }
    return CalibrationTable.of(
        tensors,
        Provenance.builder(model.name(), model.sha256())
            .withImages(names)
            .withPreprocessing("none")
            .withMethod("max-abs")
            .withLibrary("calib8 test")
            .withEngine("none")
            .withProcessor("none", InstructionSet.AVX512_VNNI)
            .build());
  }

  /**
   * Eight channels a group: with AVX-512 the engine has no blocked float kernel of that width, so
   * integers are no slower there; with AVX2 alone it has one, of half the time.
   */
  @Test
  void whatIsFasterDependsOnTheProcessorThatThePlanIsFor() {
    String before = conv("before", begin(256), 256);
    end(conv("behind", grouped("grouped", before, 256, 8), 256));
    Quantizer vnni = Quantizer.forCpu();
    Quantizer avx2 = vnni.withInstructionSet(InstructionSet.AVX2);
    QuantizationPlan plan = plan("end", vnni, 2);
    assertThat(precision(plan, "grouped")).isEqualTo("INT8");
    assertThat(plan.costs()).contains(InstructionSet.AVX512_VNNI);
    QuantizationPlan other = avx2.plan(model(), table(model(), 2));
    assertThat(precision(other, "grouped")).isEqualTo("FLOAT");
    assertThat(other.costs()).contains(InstructionSet.AVX2);
    assertThat(other.toJson()).contains("\"costs\": \"AVX2\"");
  }

  @Test
  void noCostsDecideWhereIntegersAreAskedForEverywhere() {
    end(conv("wide", begin(256), 256));
    Quantizer everywhere = Quantizer.forCpu().withIntegerUse(IntegerUse.EVERYWHERE);
    QuantizationPlan plan = plan("end", everywhere, 2);
    assertThat(plan.costs()).isEmpty();
    assertThat(plan.toJson()).doesNotContain("costs");
    assertThat(Quantizer.forTensorRt().plan(model(), table(model(), 2)).costs()).isEmpty();
  }

  private static String precision(QuantizationPlan plan, String node) {
    return plan.find(node).orElseThrow().precision().name();
  }

  @Test
  void manyProductsAValueAreWorthTheConversions() {
    end(conv("wide", begin(256), 256));
    assertThat(precision(plan("end", Quantizer.forCpu(), 2), "wide")).isEqualTo("INT8");
  }

  @Test
  void anIslandOfFewProductsStaysInFloat() {
    end(depthwise("thin", begin(128), 128));
    QuantizationPlan plan = plan("end", Quantizer.forCpu(), 2);
    assertThat(precision(plan, "thin")).isEqualTo("FLOAT");
    assertThat(plan.find("thin").orElseThrow().reason())
        .startsWith("floating point is faster: its kernel by ");
    assertThat(plan.gainsNothing()).isTrue();
  }

  @Test
  void betweenIntegersTheSameNodeIsOneOfThem() {
    String wide = conv("before", begin(256), 256);
    end(conv("behind", depthwise("thin", wide, 256), 256));
    assertThat(precision(plan("end", Quantizer.forCpu(), 2), "thin")).isEqualTo("INT8");
  }

  /** The engine has an integer kernel for one channel of each alone; two take ten times as long. */
  @Test
  void depthwiseConvolutionsOfSeveralChannelsEachStayInFloat() {
    String before = conv("before", begin(256), 256);
    String weights =
        graph.initializer(Tensor.floats("w", List.of(512L, 1L, 3L, 3L), new float[512 * 9]));
    Map<String, Attribute> attributes =
        Map.of("group", Attribute.of(256), "pads", Attribute.ints(1, 1, 1, 1));
    String twice = tensor(graph.node("Conv", List.of(before, weights), "twice", attributes), 512);
    end(conv("behind", twice, 512));
    QuantizationPlan plan = plan("end", Quantizer.forCpu(), 2);
    assertThat(precision(plan, "twice")).isEqualTo("FLOAT");
    assertThat(precision(plan, "behind")).isEqualTo("INT8");
  }

  @Test
  void everywhereMeansEverywhere() {
    end(depthwise("thin", begin(128), 128));
    QuantizationPlan plan =
        plan("end", Quantizer.forCpu().withIntegerUse(IntegerUse.EVERYWHERE), 2);
    assertThat(precision(plan, "thin")).isEqualTo("INT8");
    assertThat(plan.gainsNothing()).isFalse();
  }

  /** No table counts what is picked from another tensor. */
  @Test
  void whatIsPickedIsAsLargeAsWhatItIsPickedFrom() {
    String starts = graph.initializer(Tensor.longs("starts", List.of(1L), 0));
    String ends = graph.initializer(Tensor.longs("ends", List.of(1L), 32));
    String axes = graph.initializer(Tensor.longs("axes", List.of(1L), 1));
    String part = graph.node("Slice", List.of(begin(64), starts, ends, axes), "part", Map.of());
    end(part);
    OnnxModel model = graph.output(new ValueInfo("end", DataType.FLOAT, List.of())).build();
    assertThat(TensorSizes.of(model, table(model, 2)).of("part")).isEqualTo(64.0 * PIXELS);
  }

  /** The counts are of all images: of 200, each tensor is a hundredth as large. */
  @Test
  void inSmallGraphsTheModelOfCostsSaysNothing() {
    end(depthwise("thin", begin(64), 64));
    assertThat(precision(plan("end", Quantizer.forCpu(), 200), "thin")).isEqualTo("INT8");
  }

  @Test
  void whatIsReadInFloatingPointOnlyIsNotRoundedOnTheWay() {
    String begin = begin(256);
    String wide = conv("wide", begin, 256);
    graph.node("Pow", List.of(wide, begin), "end", Map.of());
    QuantizationPlan plan = plan("end", Quantizer.forCpu(), 2);
    OnnxModel int8 = Quantizer.forCpu().quantize(model(), plan);
    assertThat(precision(plan, "wide")).isEqualTo("INT8");
    assertThat(int8.producer("end").orElseThrow().inputs().get(1)).isEqualTo("begin");
    assertThat(int8.producer("wide").orElseThrow().inputs().get(0)).isNotEqualTo("begin");
  }

  private OnnxModel model() {
    return graph.build();
  }
}

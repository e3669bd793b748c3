package io.github.calib8.rounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.TensorBatches;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.quantization.LayerRounding;
import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.quantization.Rounding;
import io.github.calib8.quantization.Target;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightRounderTest {
  private static final int SIZE = 8;
  private static final int IMAGES = 30;

  private final OnnxModel model = model(ValueInfo.SYMBOLIC, 10);
  private final CalibrationTable table =
      Calibrator.builder(model).build().calibrate(batches(5, IMAGES));

  @Test
  void bringsTheModelNearer() {
    RoundedPlan rounded = rounder(2).round(plan(Target.cpu()), batches(5, IMAGES));
    assertThat(rounded.images()).isEqualTo(12);
    assertThat(rounded.heldBack()).isEqualTo(IMAGES - 12);
    assertThat(rounded.divergence()).isLessThan(0.8 * rounded.nearestDivergence());
    assertThat(rounded.plan().roundings())
        .extracting(LayerRounding::output)
        .containsExactly("c1", "c2", "logits");
    assertThat(rounded.plan().roundings()).filteredOn(LayerRounding::isByInputs).isNotEmpty();
    assertThat(rounded.plan().toJson()).contains("\"by\": \"inputs\"", "\"errorShare\": 0.");
    assertThat(rounded.toString())
        .startsWith("weights of " + rounded.layers() + " of 3 layers rounded by 12 images: ")
        .endsWith(" by the inputs, on 18 images held back");
    OnnxModel int8 = Quantizer.forCpu().quantize(model, rounded.plan());
    assertThat(int8.metadata()).containsEntry(Int8Metadata.ROUNDING, "inputs");
    OnnxModel nearest = Quantizer.forCpu().quantize(model, table);
    assertThat(nearest.metadata()).doesNotContainKey(Int8Metadata.ROUNDING);
    assertThat(int8.toBytes()).isNotEqualTo(nearest.toBytes());
    assertThat(int8.nodes()).hasSameSizeAs(nearest.nodes());
  }

  @Test
  void theBytesAreTheSameWhateverTheBatchAndTheThreads() {
    byte[] bytes = int8(rounder(1), batches(5, IMAGES));
    assertThat(int8(rounder(3), batches(5, IMAGES))).isEqualTo(bytes);
    assertThat(int8(rounder(2), batches(7, IMAGES))).isEqualTo(bytes);
    assertThat(int8(rounder(2), batches(IMAGES, IMAGES))).isEqualTo(bytes);
  }

  @Test
  void whatIsMadeForTensorRtIsRoundedOnLoadToTheSameIntegers() {
    QuantizationPlan plan = plan(Target.tensorRt());
    RoundedPlan rounded = rounder(2).round(plan, batches(5, IMAGES));
    assertThat(rounded.layers()).isPositive();
    OnnxModel int8 = Quantizer.forTensorRt().quantize(model, rounded.plan());
    OnnxModel nearest = Quantizer.forTensorRt().quantize(model, plan);
    LayerRounding layer =
        rounded.plan().roundings().stream()
            .filter(LayerRounding::isByInputs)
            .findFirst()
            .orElseThrow();
    String scales = layer.output() + "_weights_scale";
    float[] scale = int8.initializers().get(scales).toFloats();
    assertThat(scale).isEqualTo(nearest.initializers().get(scales).toFloats());
    float[] weights = int8.initializers().get(layer.output() + "_weights_rounded").toFloats();
    for (int i = 0; i < weights.length; i++) {
      // On the grid, so that no way of rounding moves it.
      float integer = weights[i] / scale[i / (weights.length / scale.length)];
      assertThat(Math.abs(integer - Math.rint(integer))).isLessThan(1e-4);
    }
    assertThat(int8.toBytes().length).isLessThan(nearest.toBytes().length * 11 / 10);
  }

  @Test
  void toNearestOrWithTooFewImagesNothingChanges() {
    QuantizationPlan plan = plan(Target.cpu());
    RoundedPlan nearest =
        WeightRounder.builder(model)
            .withRounding(Rounding.nearest())
            .build()
            .round(plan, batches(5, IMAGES));
    assertThat(nearest).isEqualTo(RoundedPlan.unchanged(plan));
    assertThat(nearest).hasToString("weights rounded to nearest");
    assertThat(rounder(1).round(plan, batches(2, 2)).plan()).isSameAs(plan);
    assertThat(rounder(1).round(plan, batches(3, 3)).images()).isEqualTo(1);
  }

  @Test
  void aModelOfAFixedBatchIsRoundedByTheSameImages() {
    OnnxModel fixed = model(3, 10);
    CalibrationTable itsTable = Calibrator.builder(fixed).build().calibrate(batches(6, IMAGES));
    RoundedPlan rounded =
        WeightRounder.builder(fixed)
            .withRounding(Rounding.inputs().withImages(12))
            .build()
            .round(Quantizer.forCpu().plan(fixed, itsTable), batches(6, IMAGES));
    RoundedPlan free = rounder(1).round(plan(Target.cpu()), batches(6, IMAGES));
    assertThat(rounded.plan().roundings())
        .extracting(LayerRounding::isByInputs)
        .isEqualTo(free.plan().roundings().stream().map(LayerRounding::isByInputs).toList());
  }

  @Test
  void theImagesThatWereSeenMustNotMeasure() {
    CalibrationTable ofFew = Calibrator.builder(model).build().calibrate(batches(5, 5));
    RoundedPlan rounded =
        rounder(1).round(Quantizer.forCpu().plan(model, ofFew), batches(5, IMAGES));
    assertThat(Quantizer.forCpu().quantize(model, rounded.plan()).metadata())
        .containsEntry(
            Int8Metadata.CALIBRATION_IMAGES, String.join("\n", batches(5, IMAGES).names()));
  }

  @Test
  void aLayerThatIsLaterKeptInFloatLosesItsIntegers() {
    QuantizationPlan rounded = rounder(1).round(plan(Target.cpu()), batches(5, IMAGES)).plan();
    assertThat(rounded.withFloat(List.of("c2")).roundings())
        .extracting(LayerRounding::output)
        .containsExactly("c1", "logits");
    assertThat(rounded).isNotEqualTo(plan(Target.cpu()));
  }

  @Test
  void theCostIsToldBeforehandAndProgressInImagesAndLayers() {
    List<String> told = new ArrayList<>();
    rounder(1, listener(told)).round(plan(Target.cpu()), batches(5, IMAGES));
    assertThat(told.get(0))
        .startsWith(
            "rounding the weights of 3 layers by 18 images, of which 6 decide: read in 1 pass")
        .contains("matrices of up to 72 rows, then 54 more to compare; up to ")
        .endsWith(" MB beside the models and their outputs");
    assertThat(told.subList(1, told.size()))
        .startsWith("running the FP32 model 0/18 images")
        .containsSubsequence(
            "running the FP32 model 18/18 images",
            "reading what weights multiply 0/18 images",
            "reading what weights multiply 18/18 images",
            "rounding weights 0/3 layers",
            "rounding weights 1/3 layers",
            "rounding weights 3/3 layers",
            "comparing roundings 0/36 images")
        .endsWith("comparing roundings 36/36 images");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "running the FP32 model",
        "reading what weights multiply",
        "rounding weights",
        "comparing roundings"
      })
  void canBeInterrupted(String phase) {
    ProgressListener interrupting =
        progress -> {
          if (progress.phase().equals(phase) && progress.done() == 1) {
            Thread.currentThread().interrupt();
          }
        };
    assertThatThrownBy(() -> rounder(2, interrupting).round(plan(Target.cpu()), batches(5, IMAGES)))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void plansOfSeveralMethodsAreRoundedAsOneByOneButLayersOnce() {
    List<QuantizationPlan> plans = plansOfTwoMethods(model);
    List<String> told = new ArrayList<>();
    List<RoundedPlan> together = rounder(2, listener(told)).roundAll(plans, batches(5, IMAGES));
    assertThat(plans.get(0)).isNotEqualTo(plans.get(1));
    assertThat(together)
        .isEqualTo(plans.stream().map(plan -> rounder(2).round(plan, batches(5, IMAGES))).toList());
    assertThat(told)
        .filteredOn(line -> line.startsWith("rounding weights"))
        .containsExactly(
            "rounding weights 0/3 layers",
            "rounding weights 1/3 layers",
            "rounding weights 2/3 layers",
            "rounding weights 3/3 layers");
    assertThat(told).filteredOn("comparing roundings 72/72 images"::equals).hasSize(1);
  }

  /**
   * The steps of a channel of all but no weights depend on the thresholds, since its bias must fit;
   * so its layer is rounded for each, by the same windows.
   */
  @Test
  void aLayerThatDiffersBetweenMethodsIsRoundedForEach() {
    OnnxModel dead = model(ValueInfo.SYMBOLIC, 10, 1e-20);
    List<QuantizationPlan> plans = plansOfTwoMethods(dead);
    List<String> told = new ArrayList<>();
    WeightRounder together = rounder(dead, 2, listener(told));
    List<RoundedPlan> rounded = together.roundAll(plans, batches(5, IMAGES));
    assertThat(told).contains("rounding weights 4/4 layers");
    assertThat(rounded.get(1)).isEqualTo(together.round(plans.get(1), batches(5, IMAGES)));
    assertThat(rounded.get(1).plan().roundings())
        .extracting(LayerRounding::reason)
        .noneMatch(reason -> reason.contains("cannot be told apart"));
  }

  private static List<QuantizationPlan> plansOfTwoMethods(OnnxModel model) {
    return Stream.of(CalibrationMethod.maxAbs(), CalibrationMethod.meanSquaredError())
        .map(
            method -> Calibrator.builder(model).build().collect(batches(5, IMAGES)).toTable(method))
        .map(made -> Quantizer.forCpu().plan(model, made))
        .toList();
  }

  @Test
  void plansOfOneTargetOnly() {
    List<QuantizationPlan> plans = List.of(plan(Target.cpu()), plan(Target.tensorRt()));
    assertThatThrownBy(() -> rounder(1).roundAll(plans, batches(5, IMAGES)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("plans of one target");
    assertThat(rounder(1).roundAll(List.of(), batches(5, IMAGES))).isEmpty();
  }

  private static ProgressListener listener(List<String> told) {
    return new ProgressListener() {
      @Override
      public void progress(Progress p) {
        told.add("%s %s/%s %s".formatted(p.phase(), p.done(), p.total(), p.unit()));
      }

      @Override
      public void cost(String cost) {
        told.add(cost);
      }
    };
  }

  private WeightRounder rounder(int threads) {
    return rounder(threads, progress -> {});
  }

  private WeightRounder rounder(int threads, ProgressListener listener) {
    return rounder(model, threads, listener);
  }

  private static WeightRounder rounder(OnnxModel model, int threads, ProgressListener listener) {
    return WeightRounder.builder(model)
        .withRounding(Rounding.inputs().withImages(12))
        .withThreads(threads)
        .withProgress(listener)
        .build();
  }

  private QuantizationPlan plan(Target target) {
    return Quantizer.forTarget(target).plan(model, table);
  }

  private byte[] int8(WeightRounder rounder, BatchSource batches) {
    return Quantizer.forCpu()
        .quantize(model, rounder.round(plan(Target.cpu()), batches).plan())
        .toBytes();
  }

  /** Smooth images, whose neighbors are alike. */
  private static TensorBatches batches(int batchSize, int count) {
    List<ImageBatch> batches = new ArrayList<>();
    for (int from = 0; from < count; from += batchSize) {
      int to = Math.min(count, from + batchSize);
      float[] values = new float[(to - from) * 3 * SIZE * SIZE];
      List<String> names = new ArrayList<>();
      for (int image = from; image < to; image++) {
        names.add("image " + image);
        Random random = new Random(image);
        for (int c = 0; c < 3; c++) {
          double across = random.nextGaussian();
          double down = random.nextGaussian();
          double level = random.nextGaussian();
          for (int at = 0; at < SIZE * SIZE; at++) {
            values[((image - from) * 3 + c) * SIZE * SIZE + at] =
                (float)
                    (level
                        + across * (at % SIZE) / SIZE
                        + down * (at / SIZE) / SIZE
                        + 0.1 * random.nextGaussian());
          }
        }
      }
      batches.add(
          ImageBatch.of(
              FloatTensor.of(values, to - from, 3, SIZE, SIZE), new int[to - from], names));
    }
    return TensorBatches.of(batches);
  }

  /** Input "data" [batch,3,8,8], output "logits" [batch,classes]; weights with a far outlier. */
  private static OnnxModel model(long batch, int classes) {
    return model(batch, classes, 1);
  }

  /** The weights of the first channel of c2 are scaled, and replaced by a bias if to nothing. */
  private static OnnxModel model(long batch, int classes, double scale) {
    Random random = new Random(5);
    GraphBuilder graph = GraphBuilder.create("coarse");
    graph.input(
        new ValueInfo("data", DataType.FLOAT, List.of(batch, 3L, (long) SIZE, (long) SIZE)));
    conv(
        graph,
        "data",
        "c1",
        Tensor.floats("c1_w", List.of(8L, 3L, 3L, 3L), weights(random, List.of(8L, 3L, 3L, 3L))),
        new float[8]);
    graph.node("Relu", List.of("c1"), "r1", Map.of());
    float[] weights = weights(random, List.of(8L, 8L, 3L, 3L));
    for (int i = 0; i < 8 * 9; i++) {
      weights[i] *= (float) scale;
    }
    float[] bias = new float[8];
    bias[0] = scale < 1 ? 1 : 0;
    conv(graph, "r1", "c2", Tensor.floats("c2_w", List.of(8L, 8L, 3L, 3L), weights), bias);
    graph.node("Relu", List.of("c2"), "r2", Map.of());
    graph.node("GlobalAveragePool", List.of("r2"), "mean", Map.of());
    graph.node("Flatten", List.of("mean"), "flat", Map.of());
    List<Long> dims = List.of((long) classes, 8L);
    graph.initializer(Tensor.floats("fc", dims, weights(random, dims)));
    graph.initializer(Tensor.floats("fc_bias", List.of((long) classes), new float[classes]));
    graph.node(
        "Gemm", List.of("flat", "fc", "fc_bias"), "logits", Map.of("transB", Attribute.of(1)));
    graph.output(new ValueInfo("logits", DataType.FLOAT, List.of(batch, (long) classes)));
    return graph.build();
  }

  private static void conv(
      GraphBuilder graph, String in, String out, Tensor weights, float... bias) {
    graph.initializer(weights);
    graph.initializer(Tensor.floats(out + "_b", List.of((long) bias.length), bias));
    graph.node(
        "Conv",
        List.of(in, weights.name(), out + "_b"),
        out,
        Map.of("pads", Attribute.ints(1, 1, 1, 1)));
  }

  /** Of each channel one weight is far larger than the others, so that they have few steps. */
  private static float[] weights(Random random, List<Long> dims) {
    int count = Math.toIntExact(dims.stream().reduce(1L, (a, b) -> a * b));
    int inputs = count / Math.toIntExact(dims.get(0));
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (i % inputs == 0 ? 12 : 0.1 * random.nextGaussian());
    }
    return values;
  }
}

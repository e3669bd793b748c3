package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.TensorBatches;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.networks.Architecture;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import io.github.calib8.tensor.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Mistakes on purpose, which the bounds of the embedded networks must notice. */
class EmbeddedSabotageTest {
  private static final Path DATA = Path.of("calibration-data");
  private static final int BATCH_SIZE = 25;

  /** Fewer than the default, since each network is calibrated four times. */
  private static final int CALIBRATION_BATCHES = 4;

  private static final int FIRST_MEASURED_BATCH = 50;
  private static final int MEASURED_BATCHES = 40;
  private static final int NOTICING_NETWORKS = 8;

  private static final String UNTOUCHED = "untouched";
  private static final double CUT = 0.7;
  private static final float ABSURD = 1000;

  /** The largest magnitude of a weight in 6 bits. */
  private static final int LEVELS = 31;

  private static final Set<String> ACTIVATIONS = Set.of("Relu", "Clip", "HardSwish");

  private static final Preprocessing PREPROCESSING =
      Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);

  @Test
  void eachIsNoticedByTheBoundsOfMostNetworks() throws IOException {
    ImageBatches batches =
        Ilsvrc2012.validation(DATA.resolve("ILSVRC2012_img_val.tar"), DATA.resolve("val.txt"))
            .batches(BATCH_SIZE, PREPROCESSING);
    Map<String, List<String>> noticed = new LinkedHashMap<>();
    StringBuilder table = new StringBuilder();
    for (Architecture network : Architecture.values()) {
      for (AccuracyReport report : reports(network, batches)) {
        boolean held = EmbeddedBounds.of(network).hold(report);
        List<String> networks = noticed.computeIfAbsent(report.name(), name -> new ArrayList<>());
        if (!held) {
          networks.add(network.displayName());
        }
        table.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %.2f | %.5f | %s |%n",
                network.displayName(),
                report.name(),
                report.agreement(),
                report.meanKl(),
                held ? "held" : "noticed"));
      }
    }
    Files.writeString(Path.of("target", "sabotages.md"), table);

    noticed.remove(UNTOUCHED);
    assertThat(noticed)
        .as(table.toString())
        .hasSize(5)
        .allSatisfy(
            (sabotage, networks) ->
                assertThat(networks).as(sabotage).hasSizeGreaterThanOrEqualTo(NOTICING_NETWORKS));
  }

  private static List<AccuracyReport> reports(Architecture network, ImageBatches batches)
      throws IOException {
    OnnxModel fp32 = OnnxModel.read(DATA.resolve("networks").resolve(network.id() + ".onnx"));
    return Evaluator.builder()
        .build()
        .compareAll(
            pairs(fp32, batches.first(CALIBRATION_BATCHES)),
            batches.skip(FIRST_MEASURED_BATCH).first(MEASURED_BATCHES));
  }

  private static List<ModelPair> pairs(OnnxModel fp32, ImageBatches calibration)
      throws IOException {
    Quantizer quantizer = Quantizer.forCpu();
    CalibrationTable table = Calibrator.builder(fp32).build().calibrate(calibration);
    List<ModelPair> pairs = new ArrayList<>();
    pairs.add(new ModelPair(UNTOUCHED, fp32, quantizer.quantize(fp32, table)));
    pairs.add(new ModelPair("thresholds cut", fp32, quantizer.quantize(fp32, cut(table))));
    pairs.add(new ModelPair("thresholds swapped", fp32, quantizer.quantize(fp32, swapped(table))));
    pairs.add(new ModelPair("6-bit weights", fp32, quantized(coarse(fp32), calibration)));
    CalibrationTable absurd =
        Calibrator.builder(fp32)
            .withMethod(CalibrationMethod.maxAbs())
            .build()
            .calibrate(withOutlier(calibration));
    pairs.add(new ModelPair("absurd outlier", fp32, quantizer.quantize(fp32, absurd)));
    List<Node> activations =
        fp32.nodes().stream().filter(node -> ACTIVATIONS.contains(node.opType())).toList();
    if (!activations.isEmpty()) {
      OnnxModel broken = without(fp32, activations.get(activations.size() / 2));
      pairs.add(new ModelPair("dropped ReLU", fp32, quantized(broken, calibration)));
    }
    return pairs;
  }

  private static OnnxModel quantized(OnnxModel model, ImageBatches calibration) {
    return Quantizer.forCpu()
        .quantize(model, Calibrator.builder(model).build().calibrate(calibration));
  }

  private static TensorCalibration withThreshold(TensorCalibration entry, double threshold) {
    QuantizationParameters old = entry.parameters();
    double factor = threshold / entry.threshold();
    return TensorCalibration.builder(
            entry.tensor(),
            threshold,
            new QuantizationParameters(old.type(), (float) (old.scale() * factor), old.zeroPoint()))
        .withCounts(entry.count(), entry.zeros(), entry.negatives())
        .withRange(entry.min(), entry.max())
        .build();
  }

  private static CalibrationTable cut(CalibrationTable table) {
    return CalibrationTable.of(
        table.tensors().stream()
            .map(entry -> withThreshold(entry, CUT * entry.threshold()))
            .toList(),
        table.provenance());
  }

  /** Exchanges the thresholds of two tensors: the smallest and the largest. */
  private static CalibrationTable swapped(CalibrationTable table) {
    List<TensorCalibration> tensors = new ArrayList<>(table.tensors());
    int low = 0;
    int high = 0;
    for (int i = 1; i < tensors.size(); i++) {
      low = tensors.get(i).threshold() < tensors.get(low).threshold() ? i : low;
      high = tensors.get(i).threshold() > tensors.get(high).threshold() ? i : high;
    }
    TensorCalibration small = tensors.get(low);
    TensorCalibration large = tensors.get(high);
    tensors.set(low, withThreshold(small, large.threshold()));
    tensors.set(high, withThreshold(large, small.threshold()));
    return CalibrationTable.of(tensors, table.provenance());
  }

  /** Rounds weights to 6 bits, of a scale of its own for each output channel. */
  private static OnnxModel coarse(OnnxModel model) {
    GraphBuilder graph = model.edit();
    for (Node node : model.nodes()) {
      Tensor weights =
          node.inputs().size() > 1 ? model.initializers().get(node.inputs().get(1)) : null;
      if (weights == null
          || weights.type() != DataType.FLOAT
          || !Set.of("Conv", "Gemm", "MatMul").contains(node.opType())) {
        continue;
      }
      boolean columns = node.is("MatMul");
      int channels = (int) (long) weights.dims().get(columns ? weights.dims().size() - 1 : 0);
      float[] values = weights.toFloats();
      int row = values.length / channels;
      for (int c = 0; c < channels; c++) {
        float largest = 0;
        for (int i = 0; i < row; i++) {
          largest = Math.max(largest, Math.abs(values[columns ? i * channels + c : c * row + i]));
        }
        float scale = largest / LEVELS;
        for (int i = 0; i < row && scale > 0; i++) {
          int at = columns ? i * channels + c : c * row + i;
          values[at] = scale * Math.round(values[at] / scale);
        }
      }
      graph.initializer(Tensor.floats(weights.name(), weights.dims(), values));
    }
    return graph.build();
  }

  private static OnnxModel without(OnnxModel model, Node node) {
    Node identity =
        new Node(
            node.name(), "Identity", "", List.of(node.inputs().get(0)), node.outputs(), Map.of());
    return model.edit().remove(node).node(identity).build();
  }

  /** The same images, of which the first has one sample that no image can have. */
  private static TensorBatches withOutlier(ImageBatches batches) {
    List<ImageBatch> all = new ArrayList<>();
    try (BatchLoader loader = batches.load()) {
      while (loader.hasNext()) {
        try (ImageBatch batch = loader.next()) {
          float[] values = batch.tensor().toArray();
          if (all.isEmpty()) {
            values[values.length / BATCH_SIZE / 2] = ABSURD;
          }
          all.add(
              ImageBatch.of(
                  FloatTensor.of(values, batch.tensor().shape()), batch.labels(), batch.names()));
        }
      }
    }
    return TensorBatches.of(all);
  }
}

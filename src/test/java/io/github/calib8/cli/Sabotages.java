package io.github.calib8.cli;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.BatchReader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.dataset.TensorBatches;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import io.github.calib8.tensor.FloatTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Mistakes on purpose, which the bounds of the embedded networks must notice. */
final class Sabotages {
  /** What is no mistake: the weights are rounded to nearest, as in all others. */
  static final String UNTOUCHED = "untouched";

  private static final double CUT = 0.7;
  private static final float ABSURD = 1000;

  /** The largest magnitude of a weight in 6 bits. */
  private static final int LEVELS = 31;

  private static final Set<String> ACTIVATIONS = Set.of("Relu", "Clip", "HardSwish");

  private Sabotages() {}

  /**
   * Makes all of them, as far as a network can be sabotaged so.
   *
   * @param table what the default method made of the network
   * @param calibration a few images, for those mistakes that need a calibration of their own
   */
  static List<ModelPair> of(OnnxModel fp32, CalibrationTable table, TensorBatches calibration) {
    Quantizer quantizer = Quantizer.forCpu();
    List<ModelPair> pairs = new ArrayList<>();
    pairs.add(new ModelPair(UNTOUCHED, fp32, quantizer.quantize(fp32, table)));
    pairs.add(new ModelPair("thresholds cut", fp32, quantizer.quantize(fp32, cut(table))));
    pairs.add(new ModelPair("thresholds swapped", fp32, quantizer.quantize(fp32, swapped(table))));
    OnnxModel coarse = coarse(fp32);
    pairs.add(new ModelPair("6-bit weights", fp32, quantizer.quantize(coarse, of(coarse, table))));
    CalibrationTable absurd =
        calibrated(fp32, withOutlier(calibration), CalibrationMethod.maxAbs());
    pairs.add(new ModelPair("absurd outlier", fp32, quantizer.quantize(fp32, absurd)));
    List<Node> activations =
        fp32.nodes().stream().filter(node -> ACTIVATIONS.contains(node.opType())).toList();
    if (!activations.isEmpty()) {
      OnnxModel broken = without(fp32, activations.get(activations.size() / 2));
      CalibrationTable ranges =
          calibrated(broken, calibration, CalibrationMethod.meanSquaredError());
      pairs.add(new ModelPair("dropped ReLU", fp32, quantizer.quantize(broken, ranges)));
    }
    return pairs;
  }

  private static CalibrationTable calibrated(
      OnnxModel model, TensorBatches calibration, CalibrationMethod method) {
    return Calibrator.builder(model).withMethod(method).build().calibrate(calibration);
  }

  /** The same scales for another model of the same tensors. */
  private static CalibrationTable of(OnnxModel model, CalibrationTable table) {
    Provenance made = table.provenance();
    return CalibrationTable.of(
        table.tensors(),
        Provenance.builder(model.name(), model.sha256())
            .withImages(made.images())
            .withPreprocessing(made.preprocessing())
            .withMethod(made.method())
            .withProcessor(made.processor(), made.instructionSet())
            .build());
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
  private static TensorBatches withOutlier(TensorBatches batches) {
    List<ImageBatch> all = new ArrayList<>();
    try (BatchReader reader = batches.load(LoaderOptions.defaults())) {
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next()) {
          float[] values = batch.tensor().toArray();
          if (all.isEmpty()) {
            values[values.length / batch.size() / 2] = ABSURD;
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

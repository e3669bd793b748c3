package io.github.calib8.quantization;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A graph, built node by node together with the table of its tensors' thresholds. */
abstract class TabledGraph {
  final GraphBuilder builder = GraphBuilder.create("small");
  private final List<TensorCalibration> tensors = new ArrayList<>();

  final String input() {
    signed("data", 1);
    return builder.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 1L, 4L, 4L)));
  }

  final String conv(String name, String input) {
    String weights = builder.initializer(Tensor.floats(name + "_w", List.of(1L, 1L, 1L, 1L), 2));
    String bias = builder.initializer(Tensor.floats(name + "_b", List.of(1L), 1));
    return node("Conv", name, input, weights, bias);
  }

  final String node(String opType, String name, String... inputs) {
    Map<String, Attribute> attributes =
        switch (opType) {
          case "Concat" -> Map.of("axis", Attribute.of(1));
          case "MaxPool" -> Map.of("kernel_shape", Attribute.ints(2, 2));
          case "LRN" -> Map.of("size", Attribute.of(3));
          default -> Map.of();
        };
    return builder.node(opType, List.of(inputs), name, attributes);
  }

  final void signed(String tensor, double threshold) {
    add(tensor, IntegerType.INT8, threshold, 100, 50);
  }

  /** As a table of this library has it: with what the rounding costs, in dB. */
  final void typed(String tensor, IntegerType type, double threshold, double sqnr) {
    tensors.add(
        TensorCalibration.builder(
                tensor, threshold, QuantizationParameters.symmetric(type, threshold))
            .withCounts(100, 0, 0)
            .withRange(0, threshold)
            .withError(Optional.of(new QuantizationError(sqnr, 1, 0)))
            .build());
  }

  final void unsigned(String tensor, double threshold) {
    add(tensor, IntegerType.UINT8, threshold, 100, 0);
  }

  /** As a table with signed types throughout has it of a tensor without negative values. */
  final void signedWithoutNegatives(String tensor, double threshold) {
    add(tensor, IntegerType.INT8, threshold, 100, 0);
  }

  /** As a table of another program has it: nothing was observed. */
  final void signedUnobserved(String tensor, double threshold) {
    add(tensor, IntegerType.INT8, threshold, 0, 0);
  }

  private void add(String tensor, IntegerType type, double threshold, long count, long negatives) {
    tensors.add(
        TensorCalibration.builder(
                tensor, threshold, QuantizationParameters.symmetric(type, threshold))
            .withCounts(count, 0, negatives)
            .withRange(negatives > 0 ? -threshold : 0, threshold)
            .build());
  }

  final OnnxModel model(String output) {
    return builder.output(new ValueInfo(output, DataType.FLOAT, List.of())).build();
  }

  final CalibrationTable table(OnnxModel model, InstructionSet instructionSet) {
    List<String> images = List.of("a.JPEG", "b.JPEG");
    return CalibrationTable.of(
        tensors,
        Provenance.builder(model.name(), model.sha256())
            .withImages(images)
            .withPreprocessing("none")
            .withMethod("entropy")
            .withLibrary("calib8")
            .withEngine("engine")
            .withProcessor("processor", instructionSet)
            .build());
  }

  /** All operators but QuantizeLinear and DequantizeLinear. */
  static List<String> operators(OnnxModel model) {
    return model.nodes().stream()
        .map(Node::opType)
        .filter(type -> !type.endsWith("quantizeLinear") && !type.equals("DequantizeLinear"))
        .filter(type -> !type.equals("QuantizeLinear"))
        .toList();
  }

  static float scaleOf(OnnxModel model, String tensor) {
    return model.initializers().get(tensor + "_scale").toFloats()[0];
  }

  static long zeroPointOf(OnnxModel model, String tensor) {
    return model.initializers().get(tensor + "_zero_point").toLongs()[0];
  }
}

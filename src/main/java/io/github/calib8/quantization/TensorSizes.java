package io.github.calib8.quantization;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Rectifier;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.scale.CalibrationTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many values tensors hold for each image, as a table's counts tell. A tensor that was not
 * observed has the size of what its values come from, or of what a product makes of its input; of
 * values that are picked from another, which no table counts, that one's size is taken for all.
 * Immutable and thread-safe.
 */
final class TensorSizes {
  private final OnnxModel model;
  private final Map<String, Double> sizes = new HashMap<>();

  private TensorSizes(OnnxModel model, CalibrationTable table) {
    this.model = model;
    int images = table.provenance().images().size();
    if (images == 0) {
      return;
    }
    table.tensors().forEach(entry -> sizes.put(entry.tensor(), (double) entry.count() / images));
    for (Node node : model.nodes()) {
      for (Node reader : model.consumers(node.output())) {
        if (Rectifier.of(model, reader).isPresent()) {
          sizes.computeIfAbsent(node.output(), made -> sizes.get(reader.output()));
        }
      }
      node.outputs().forEach(output -> sizes.computeIfAbsent(output, made -> made(node)));
    }
  }

  static TensorSizes of(OnnxModel model, CalibrationTable table) {
    return new TensorSizes(model, table);
  }

  /** Values an image; 0 where that is not known. */
  double of(String tensor) {
    return sizes.getOrDefault(tensor, 0.0);
  }

  private double made(Node node) {
    OperatorTraits traits = OperatorTraits.of(node);
    double input = node.input(0).map(this::of).orElse(0.0);
    if (traits.kind() == OperatorKind.MATRIX_PRODUCT) {
      Tensor weights = traits.weights(node).map(model.initializers()::get).orElse(null);
      if (weights == null || weights.dims().size() != 2) {
        return 0;
      }
      int axis = traits.channelAxis(node);
      return input / weights.dims().get(1 - axis) * weights.dims().get(axis);
    }
    if (traits.kind() == OperatorKind.MAX_POOLING
        || (traits.kind() == OperatorKind.AVERAGE_POOLING
            && !node.intsAttribute("kernel_shape", List.of()).isEmpty())) {
      return input
          / node.intsAttribute("strides", List.of()).stream().reduce(1L, Math::multiplyExact);
    }
    if (traits.areOutputsAlike()) {
      return input / node.outputs().size();
    }
    return traits.keepsShape() || traits.carriesValues() ? input : 0;
  }
}

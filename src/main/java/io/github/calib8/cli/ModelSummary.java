package io.github.calib8.cli;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.TensorShapes;
import io.github.calib8.evaluation.IntegerProducts;
import io.github.calib8.onnx.ModelStatistics;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.report.AccuracyText;
import io.github.calib8.report.ProductsJson;
import io.github.calib8.scale.Int8Metadata;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * A model in a few lines.
 *
 * @param model the model
 * @param statistics its counts
 * @param products how much of it runs in integers
 */
record ModelSummary(OnnxModel model, ModelStatistics statistics, IntegerProducts products) {

  /** Counts; runs the model on zeros, which tells the shape of every tensor. */
  static ModelSummary of(OnnxModel model) {
    List<String> measured = ModelStatistics.measuredTensors(model);
    return new ModelSummary(
        model,
        ModelStatistics.of(model, measured.isEmpty() ? Map.of() : TensorShapes.of(model, measured)),
        IntegerProducts.of(model, EngineOptions.defaults()));
  }

  void print(PrintWriter out) {
    line(out, "Model", model.name());
    line(out, "Inputs", values(model.inputs()));
    line(out, "Outputs", values(model.outputs()));
    line(out, "Parameters", String.format(Locale.ROOT, "%,d", statistics.parameters()));
    OptionalLong multiplyAdds = statistics.multiplyAdds();
    line(
        out,
        "Multiply-adds",
        multiplyAdds.isPresent()
            ? String.format(Locale.ROOT, "%,d", multiplyAdds.getAsLong())
            : "not known: they depend on sizes that the model does not tell");
    line(
        out,
        "Operators",
        statistics.operators().entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", ")));
    quantization().ifPresent(text -> line(out, "Quantized", text));
    if (products.count() > 0) {
      line(out, "Products", products.toString());
    }
    if (products.inIntegers() > 0 || quantization().isPresent()) {
      AccuracyText.reasons(products).forEach(reason -> line(out, "", reason));
    }
    out.flush();
  }

  /** The counts for other programs. */
  String toJson() {
    return ProductsJson.toJson(statistics.parameters(), statistics.multiplyAdds(), products);
  }

  /** How the Quantizer made the model, if it did. */
  private Optional<String> quantization() {
    Map<String, String> metadata = model.metadata();
    if (!metadata.containsKey(Int8Metadata.TARGET)) {
      return Optional.empty();
    }
    String instructionSet = metadata.get(Int8Metadata.INSTRUCTION_SET);
    return Optional.of(
        "for %s%s, %s range of the weights, scales by %s from %s images"
            .formatted(
                metadata.get(Int8Metadata.TARGET),
                instructionSet == null ? "" : " with " + instructionSet,
                metadata.get(Int8Metadata.WEIGHTS),
                metadata.get(Int8Metadata.METHOD),
                metadata.getOrDefault(Int8Metadata.CALIBRATION_IMAGES, "").lines().count()));
  }

  private static String values(List<ValueInfo> values) {
    return values.stream().map(ValueInfo::toString).collect(Collectors.joining(", "));
  }

  private static void line(PrintWriter out, String label, String text) {
    out.println(String.format(Locale.ROOT, "%-15s%s", label, text));
  }
}

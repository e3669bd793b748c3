package io.github.calib8.cli;

import com.google.common.collect.Maps;
import io.github.calib8.engine.ActivationProbe;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.ModelStatistics;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.Int8Metadata;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model in a few lines.
 *
 * @param model the model
 * @param statistics its counts
 */
record ModelSummary(OnnxModel model, ModelStatistics statistics) {

  /** Counts; runs the model once on zeros, which tells the size of every tensor. */
  static ModelSummary of(OnnxModel model) {
    return new ModelSummary(model, ModelStatistics.of(model, elements(model)));
  }

  private static Map<String, Long> elements(OnnxModel model) {
    List<String> tensors = ModelStatistics.weightedTensors(model);
    List<Long> dims = model.inputs().size() == 1 ? model.input().dims() : List.of();
    boolean isKnown = !dims.isEmpty() && !dims.subList(1, dims.size()).contains(ValueInfo.SYMBOLIC);
    if (tensors.isEmpty() || !isKnown || model.input().type() != DataType.FLOAT) {
      return Map.of();
    }
    OnnxModel observed =
        model
            .edit()
            .outputs(
                tensors.stream().map(t -> new ValueInfo(t, DataType.FLOAT, List.of())).toList())
            .build();
    long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
    long batch = Math.max(1, shape[0]);
    shape[0] = batch;
    try (ObservedSession session = ObservedSession.open(observed, EngineOptions.defaults());
        ActivationProbe probe = session.probe();
        INDArray zeros = Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.FLOAT, shape)) {
      return Map.copyOf(
          Maps.transformValues(probe.run(zeros), values -> values.remaining() / batch));
    }
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
    out.flush();
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

package io.github.calib8.quantization;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.Maps;
import io.github.calib8.scale.CanonicalJson;
import io.github.calib8.scale.Provenance;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** The JSON form of a plan, version 1, which {@link QuantizationPlan#toJson} describes. */
final class QuantizationPlanJson {
  private static final int SCHEMA_VERSION = 1;

  private QuantizationPlanJson() {}

  static String format(QuantizationPlan plan) {
    return CanonicalJson.of(json -> write(json, plan));
  }

  private static void write(JsonGenerator json, QuantizationPlan plan) throws IOException {
    Provenance provenance = plan.table().provenance();
    json.writeStartObject();
    json.writeNumberField("schemaVersion", SCHEMA_VERSION);
    json.writeStringField("target", plan.target().id());
    json.writeStringField("model", provenance.model());
    json.writeStringField("modelSha256", provenance.modelSha256());
    json.writeStringField("weights", plan.weightRange().name().toLowerCase(Locale.ROOT));
    if (plan.costs().isPresent()) {
      json.writeStringField("costs", plan.costs().orElseThrow().name());
    }
    Map<String, LayerRounding> roundings =
        Maps.uniqueIndex(plan.roundings(), LayerRounding::output);
    json.writeArrayFieldStart("nodes");
    for (PlannedNode node : plan.nodes()) {
      json.writeStartObject();
      json.writeStringField("node", node.name());
      json.writeStringField("operator", node.operator());
      json.writeStringField("output", node.output());
      json.writeStringField("precision", node.precision().name());
      json.writeStringField("reason", node.reason());
      LayerRounding rounding = roundings.get(node.output());
      if (rounding != null) {
        write(json, rounding);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("tensors");
    for (PlannedTensor tensor : plan.tensors()) {
      json.writeStartObject();
      json.writeStringField("tensor", tensor.tensor());
      json.writeStringField("type", tensor.parameters().type().name());
      json.writeNumberField("scale", tensor.parameters().scale());
      json.writeNumberField("zeroPoint", tensor.parameters().zeroPoint());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, LayerRounding rounding) throws IOException {
    json.writeObjectFieldStart("rounding");
    json.writeStringField("by", rounding.isByInputs() ? "inputs" : "nearest");
    json.writeNumberField("errorShare", rounding.errorShare());
    json.writeBooleanField("shiftsBias", rounding.shiftsBias());
    if (!rounding.isByInputs()) {
      json.writeStringField("reason", rounding.reason());
    }
    json.writeEndObject();
  }
}

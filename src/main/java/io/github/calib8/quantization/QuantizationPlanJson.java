package io.github.calib8.quantization;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import io.github.calib8.scale.Provenance;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;

/** The JSON form of a plan, version 1, which {@link QuantizationPlan#toJson} describes. */
final class QuantizationPlanJson {
  private static final int SCHEMA_VERSION = 1;

  /** Jackson's own algorithm for numbers: the JDK's shortest decimals changed in JDK 19. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private QuantizationPlanJson() {}

  static String format(QuantizationPlan plan) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      json.setPrettyPrinter(
          new DefaultPrettyPrinter(
                  Separators.createDefaultInstance()
                      .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
              .withArrayIndenter(indenter)
              .withObjectIndenter(indenter));
      write(json, plan);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    return text.append('\n').toString();
  }

  private static void write(JsonGenerator json, QuantizationPlan plan) throws IOException {
    Provenance provenance = plan.table().provenance();
    json.writeStartObject();
    json.writeNumberField("schemaVersion", SCHEMA_VERSION);
    json.writeStringField("target", plan.target().id());
    json.writeStringField("model", provenance.model());
    json.writeStringField("modelSha256", provenance.modelSha256());
    json.writeStringField("weights", plan.weightRange().name().toLowerCase(Locale.ROOT));
    json.writeArrayFieldStart("nodes");
    for (PlannedNode node : plan.nodes()) {
      json.writeStartObject();
      json.writeStringField("node", node.name());
      json.writeStringField("operator", node.operator());
      json.writeStringField("output", node.output());
      json.writeStringField("precision", node.precision().name());
      json.writeStringField("reason", node.reason());
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
}

package io.github.calib8.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.calib8.diagnosis.Diagnosis;
import io.github.calib8.diagnosis.Explanation;
import io.github.calib8.diagnosis.Parameter;
import io.github.calib8.diagnosis.Setting;
import io.github.calib8.diagnosis.Step;
import io.github.calib8.image.Preprocessing;
import java.io.IOException;

/**
 * The JSON form of a diagnosis, for other programs.
 *
 * <pre>{@code
 * {"schemaVersion": 1, "model", "images", "classes",
 *  "skipped": [names of unreadable images],
 *  "given": {"preprocessing", "labels"}, "mended": {"preprocessing", "labels"},
 *  "unfit": "a preprocessing" (where the one given is of another layout than the model),
 *  "scoreFault": "SOFTMAX_DOUBLED"|... (where there is one),
 *  "steps": [{
 *    "from": {"preprocessing", "labels"}, "top1", "top5", "found": true|false,
 *    "explanations": [{"setting": {"preprocessing", "labels"}, "changes": ["CHANNELS"|...],
 *        "top1", "top5", "gain", "p", "onlyThis", "onlyBefore", "significant", "likely"}]}]}
 * }</pre>
 *
 * <p>{@code preprocessing} is an {@linkplain Preprocessing#id() id} that {@link
 * Preprocessing#parse} reads; {@code top1} and {@code top5} are numbers of images; the gain is in
 * nats, {@code p} that of {@link Explanation#p()}. The best explanation of a step comes first; a
 * step has found what mends it where that one is significant. Canonical, as {@link AccuracyJson}
 * is.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class DiagnosisJson {

  /** The version of the schema; raised by a change that readers would notice. */
  public static final int SCHEMA_VERSION = 1;

  private DiagnosisJson() {}

  /**
   * Renders a diagnosis as a JSON document.
   *
   * @param diagnosis the diagnosis
   * @return the document, ended by {@code \n}
   */
  public static String toJson(Diagnosis diagnosis) {
    return JsonText.of(
        json -> {
          json.writeNumberField("schemaVersion", SCHEMA_VERSION);
          json.writeStringField("model", diagnosis.basis().model());
          json.writeNumberField("images", diagnosis.basis().images());
          json.writeNumberField("classes", diagnosis.basis().classes());
          json.writeArrayFieldStart("skipped");
          for (String image : diagnosis.basis().skipped()) {
            json.writeString(image);
          }
          json.writeEndArray();
          write("given", diagnosis.given(), json);
          write("mended", diagnosis.mended(), json);
          if (diagnosis.unfit().isPresent()) {
            json.writeStringField("unfit", diagnosis.unfit().orElseThrow().id());
          }
          if (diagnosis.scoreFault().isPresent()) {
            json.writeStringField("scoreFault", diagnosis.scoreFault().orElseThrow().name());
          }
          json.writeArrayFieldStart("steps");
          for (Step step : diagnosis.steps()) {
            write(step, json);
          }
          json.writeEndArray();
        });
  }

  private static void write(String field, Setting setting, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeStringField("preprocessing", setting.preprocessing().id());
    json.writeStringField("labels", setting.labels().toString());
    json.writeEndObject();
  }

  private static void write(Step step, JsonGenerator json) throws IOException {
    json.writeStartObject();
    write("from", step.from(), json);
    json.writeNumberField("top1", step.top1());
    json.writeNumberField("top5", step.top5());
    json.writeBooleanField("found", step.found().isPresent());
    json.writeArrayFieldStart("explanations");
    for (Explanation explanation : step.explanations()) {
      write(explanation, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(Explanation explanation, JsonGenerator json) throws IOException {
    json.writeStartObject();
    write("setting", explanation.setting(), json);
    json.writeArrayFieldStart("changes");
    for (Parameter parameter : explanation.changes()) {
      json.writeString(parameter.name());
    }
    json.writeEndArray();
    json.writeNumberField("top1", explanation.top1());
    json.writeNumberField("top5", explanation.top5());
    json.writeNumberField("gain", JsonText.rounded(explanation.evidence().gain()));
    json.writeNumberField("p", JsonText.rounded(explanation.p()));
    json.writeNumberField("onlyThis", explanation.evidence().onlyThis());
    json.writeNumberField("onlyBefore", explanation.evidence().onlyBefore());
    json.writeBooleanField("significant", explanation.isSignificant());
    json.writeBooleanField("likely", explanation.isLikely());
    json.writeEndObject();
  }
}

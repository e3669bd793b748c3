package io.github.calib8.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.calib8.engine.Environment;
import io.github.calib8.work.Internal;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The JSON form of what a machine was found to compute, for other programs.
 *
 * <pre>{@code
 * {"schemaVersion": 1, "passed": true|false,
 *  "platform": "system, architecture and Java",
 *  "environment": {"processor", "instructionSet", "cores", "threads", "engine", "library"},
 *  "providers": [{"provider", "state": "runs" or why it does not}],
 *  "checks": [{"check", "found", "expected", "passed"}],
 *  "notes": [texts]}
 * }</pre>
 *
 * <p>Canonical, as {@link AccuracyJson} is. Stateless, and so safe for use by several threads.
 */
@Internal
public final class ChecksJson {
  private static final int SCHEMA_VERSION = 1;

  private ChecksJson() {}

  /**
   * Renders checks as one JSON document.
   *
   * @param platform system, architecture and Java
   * @param environment what was measured on
   * @param providers the state of each of the engine's providers, in order
   * @param checks the checks, in order
   * @param notes what else there is to say
   * @return the document, ended by {@code \n}
   */
  public static String toJson(
      String platform,
      Environment environment,
      Map<String, String> providers,
      List<Check> checks,
      List<String> notes) {
    return JsonText.of(
        json -> {
          json.writeNumberField("schemaVersion", SCHEMA_VERSION);
          json.writeBooleanField("passed", checks.stream().allMatch(Check::passed));
          json.writeStringField("platform", platform);
          JsonText.write(environment, json);
          json.writeArrayFieldStart("providers");
          for (Map.Entry<String, String> provider : providers.entrySet()) {
            json.writeStartObject();
            json.writeStringField("provider", provider.getKey());
            json.writeStringField("state", provider.getValue());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("checks");
          for (Check check : checks) {
            write(check, json);
          }
          json.writeEndArray();
          json.writeArrayFieldStart("notes");
          for (String note : notes) {
            json.writeString(note);
          }
          json.writeEndArray();
        });
  }

  private static void write(Check check, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("check", check.what());
    json.writeStringField("found", check.found());
    json.writeStringField("expected", check.expected());
    json.writeBooleanField("passed", check.passed());
    json.writeEndObject();
  }
}

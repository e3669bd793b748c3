package io.github.calib8.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.Accuracy;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.CalibratedImage;
import io.github.calib8.evaluation.ChangedImage;
import io.github.calib8.evaluation.Finding;
import io.github.calib8.evaluation.Interval;
import io.github.calib8.evaluation.MeasuredModels;
import io.github.calib8.quantization.LayerRounding;
import io.github.calib8.quantization.Rounding;
import io.github.calib8.rounding.RoundedPlan;
import io.github.calib8.scale.TensorCalibration;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of accuracy reports, for other programs.
 *
 * <pre>{@code
 * {"schemaVersion": 1,
 *  "environment": {"processor", "instructionSet", "cores", "threads", "engine", "library"},
 *  "networks": [{
 *    "name", "images", "scales" (where the INT8 model says),
 *    "models": {"preprocessing", "fp32Sha256", "int8Sha256", "fp32Bytes", "int8Bytes"} (where it is
 *        known; the sizes where they are),
 *    "fp32": {"top1", "top5", "imagesPerSecond"},
 *    "int8": {"top1", "top5", "imagesPerSecond"},
 *    "products": {"count", "inIntegers", "shareOfMultiplyAdds"}, "float": [{"node", "operator",
 *        "reason"}] (where it is known what INT8 ran in integers),
 *    "difference": {"top1", "top5", "top1ConfidenceInterval": [lower, upper],
 *                   "onlyFp32", "onlyInt8", "mcNemarP"},
 *    "agreement", "meanKl", "variation" (where FP32's scores vary),
 *    "rounding": {"by" ("inputs" or "nearest"), "images", "heldBack", "nearestDivergence",
 *        "divergence", "layers": [{"output", "by", "errorShare", "shiftsBias", "reason" (where
 *        nearest was kept)}]} (where it is given; of {"by": "nearest"} nothing else if no other
 *        rounding was tried),
 *    "speedup", "speedupConfidenceInterval": [lower, upper] (where there are batches enough),
 *    "skipped", "calibrationSkipped": [names of unreadable images] (where there are any),
 *    "calibratedImages": [{"measured", "calibrated"}] (where there are any),
 *    "changed": [{"image", "label", "fp32": {"class", "probability"}, "int8": {"class",
 *        "probability"}}] (the first 100 whose class changed, where there are any),
 *    "notes": [texts] (where there are any),
 *    "findings": [{"kind", "found", "limit", "tensors": [names]}] (where there are any)}]}
 * }</pre>
 *
 * <p>Accuracies and agreement are in percent, differences are FP32 minus INT8 in percentage points,
 * the divergence is in nats, the variation in percent of the scores' range. The share of the
 * multiply-adds that are done in integers is 0 to 1, null if it is not known. How weights were
 * rounded is told as {@link RoundedPlan} and {@link LayerRounding} have it: {@code images} rounded,
 * {@code heldBack} others decided, {@code errorShare} is the squared error of a layer's output as a
 * share of that by rounding to nearest. The output is canonical: fields in the order above, two
 * spaces a level, {@code \n} after each line, numbers rounded to twelve significant digits; equal
 * reports give equal bytes on every machine.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class AccuracyJson {

  /** The version of the schema; raised by a change that readers would notice. */
  public static final int SCHEMA_VERSION = 1;

  private AccuracyJson() {}

  /**
   * Renders a report as a JSON document, of one network.
   *
   * @param report the report, measured on what it says
   * @return the document, ended by {@code \n}
   */
  public static String toJson(AccuracyReport report) {
    return toJson(List.of(report), report.environment());
  }

  /**
   * Renders reports as one JSON document.
   *
   * @param reports the reports, in the order they are to appear
   * @param environment what they were measured on
   * @return the document, ended by {@code \n}
   */
  public static String toJson(List<AccuracyReport> reports, Environment environment) {
    return toJson(reports, environment, Map.of());
  }

  /**
   * Renders reports with how weights were rounded.
   *
   * @param reports the reports, in the order they are to appear
   * @param environment what they were measured on
   * @param roundings how the weights of INT8 models were rounded, by the names of the reports
   * @return the document, ended by {@code \n}
   */
  public static String toJson(
      List<AccuracyReport> reports, Environment environment, Map<String, RoundedPlan> roundings) {
    return JsonText.of(
        json -> {
          json.writeNumberField("schemaVersion", SCHEMA_VERSION);
          JsonText.write(environment, json);
          json.writeArrayFieldStart("networks");
          List<List<Finding>> findings = AccuracyReport.findings(reports);
          for (int i = 0; i < reports.size(); i++) {
            RoundedPlan rounding = roundings.get(reports.get(i).name());
            write(reports.get(i), findings.get(i), rounding, json);
          }
          json.writeEndArray();
        });
  }

  private static void write(
      AccuracyReport report,
      List<Finding> findings,
      @Nullable RoundedPlan rounding,
      JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", report.name());
    json.writeNumberField("images", report.images());
    if (report.scales().isPresent()) {
      json.writeStringField("scales", report.scales().get());
    }
    if (report.models().isPresent()) {
      write(report.models().orElseThrow(), json);
    }
    write("fp32", report.fp32(), json);
    write("int8", report.int8(), json);
    if (report.int8().products().isPresent()) {
      ProductsJson.write(report.int8().products().orElseThrow(), json);
    }
    json.writeObjectFieldStart("difference");
    json.writeNumberField("top1", JsonText.rounded(report.top1Loss()));
    json.writeNumberField("top5", JsonText.rounded(report.top5Loss()));
    Interval interval = report.top1LossInterval();
    json.writeArrayFieldStart("top1ConfidenceInterval");
    json.writeNumber(JsonText.rounded(interval.lower()));
    json.writeNumber(JsonText.rounded(interval.upper()));
    json.writeEndArray();
    json.writeNumberField("onlyFp32", report.onlyFp32());
    json.writeNumberField("onlyInt8", report.onlyInt8());
    json.writeNumberField("mcNemarP", JsonText.rounded(report.mcNemarP()));
    json.writeEndObject();
    json.writeNumberField("agreement", JsonText.rounded(report.agreement()));
    json.writeNumberField("meanKl", JsonText.rounded(report.meanKl()));
    if (report.variation() > 0) {
      json.writeNumberField("variation", JsonText.rounded(report.variation()));
    }
    if (rounding != null) {
      write(rounding, json);
    }
    if (report.speedupInterval().isPresent()) {
      Interval spread = report.speedupInterval().orElseThrow();
      json.writeNumberField("speedup", JsonText.rounded(report.speedup()));
      json.writeArrayFieldStart("speedupConfidenceInterval");
      json.writeNumber(JsonText.rounded(spread.lower()));
      json.writeNumber(JsonText.rounded(spread.upper()));
      json.writeEndArray();
    }
    write("skipped", report.skipped(), json);
    write("calibrationSkipped", report.calibrationSkipped(), json);
    if (!report.calibratedImages().isEmpty()) {
      json.writeArrayFieldStart("calibratedImages");
      for (CalibratedImage image : report.calibratedImages()) {
        json.writeStartObject();
        json.writeStringField("measured", image.measured());
        json.writeStringField("calibrated", image.calibrated());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    if (!report.changed().isEmpty()) {
      json.writeArrayFieldStart("changed");
      for (ChangedImage image : report.changed()) {
        write(image, json);
      }
      json.writeEndArray();
    }
    write("notes", report.notes(), json);
    if (!findings.isEmpty()) {
      json.writeArrayFieldStart("findings");
      for (Finding finding : findings) {
        write(finding, json);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void write(MeasuredModels models, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("models");
    json.writeStringField("preprocessing", models.preprocessing());
    json.writeStringField("fp32Sha256", models.fp32Sha256());
    json.writeStringField("int8Sha256", models.int8Sha256());
    if (models.fp32Bytes().isPresent()) {
      json.writeNumberField("fp32Bytes", models.fp32Bytes().getAsLong());
    }
    if (models.int8Bytes().isPresent()) {
      json.writeNumberField("int8Bytes", models.int8Bytes().getAsLong());
    }
    json.writeEndObject();
  }

  /** A list of texts, where there are any. */
  private static void write(String field, List<String> texts, JsonGenerator json)
      throws IOException {
    if (!texts.isEmpty()) {
      json.writeArrayFieldStart(field);
      for (String text : texts) {
        json.writeString(text);
      }
      json.writeEndArray();
    }
  }

  private static void write(RoundedPlan rounding, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("rounding");
    json.writeStringField("by", by(rounding.layers() > 0));
    if (rounding.images() > 0) {
      json.writeNumberField("images", rounding.images());
      json.writeNumberField("heldBack", rounding.heldBack());
      json.writeNumberField("nearestDivergence", JsonText.rounded(rounding.nearestDivergence()));
      json.writeNumberField("divergence", JsonText.rounded(rounding.divergence()));
      json.writeArrayFieldStart("layers");
      for (LayerRounding layer : rounding.plan().roundings()) {
        json.writeStartObject();
        json.writeStringField("output", layer.output());
        json.writeStringField("by", by(layer.isByInputs()));
        json.writeNumberField("errorShare", JsonText.rounded(layer.errorShare()));
        json.writeBooleanField("shiftsBias", layer.shiftsBias());
        if (!layer.isByInputs()) {
          json.writeStringField("reason", layer.reason());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static String by(boolean inputs) {
    return (inputs ? Rounding.inputs() : Rounding.nearest()).id();
  }

  private static void write(ChangedImage image, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("image", image.image());
    json.writeNumberField("label", image.label());
    writeGuess("fp32", image.fp32Class(), image.fp32Probability(), json);
    writeGuess("int8", image.int8Class(), image.int8Probability(), json);
    json.writeEndObject();
  }

  private static void writeGuess(String field, int guess, double probability, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("class", guess);
    json.writeNumberField("probability", JsonText.rounded(probability));
    json.writeEndObject();
  }

  private static void write(Finding finding, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", finding.kind().name());
    json.writeNumberField("found", JsonText.rounded(finding.found()));
    json.writeNumberField("limit", JsonText.rounded(finding.limit()));
    json.writeArrayFieldStart("tensors");
    for (TensorCalibration tensor : finding.tensors()) {
      json.writeString(tensor.tensor());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(String field, Accuracy accuracy, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("top1", JsonText.rounded(accuracy.top1()));
    json.writeNumberField("top5", JsonText.rounded(accuracy.top5()));
    json.writeNumberField("imagesPerSecond", JsonText.rounded(accuracy.imagesPerSecond()));
    json.writeEndObject();
  }
}

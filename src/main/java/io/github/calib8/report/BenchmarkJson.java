package io.github.calib8.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.benchmark.Latency;
import io.github.calib8.benchmark.Measurement;
import io.github.calib8.benchmark.Performance;
import io.github.calib8.benchmark.Precision;
import io.github.calib8.benchmark.Speedup;
import io.github.calib8.benchmark.Spread;
import io.github.calib8.engine.EngineBuild;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The JSON form of benchmark reports, for other programs.
 *
 * <pre>{@code
 * {"schemaVersion": 1,
 *  "environment": {"processor", "instructionSet", "cores", "threads", "engine", "library"},
 *  "energyMeter": "a meter, or why there is none",
 *  "models": [{"network", "sha256", "multiplyAdds"}],
 *  "results": [{"network", "precision": "fp32"|"fp32-rewritten"|"tf32"|"fp16"|"int8",
 *               "batchSize", "workers", "threads", "imagesPerSecond",
 *               "latencyMs": {"p50", "p90", "p99"}, "imagesPerSecondPerWatt",
 *               "status": "ok"|"does not fit", "reason"}],
 *  "speedups": [{"network", "batchSize", "workers", "ratio", "min", "max",
 *                "overRewritten": {"ratio", "min", "max"}}],
 *  "placement": "host"|"device",
 *  "engines": [{"network", "precision", "buildSeconds", "kept", "bytes",
 *               "layers", "layersInIntegers"}]}
 * }</pre>
 *
 * <p>Placement is where images and scores were; engines are those that the engine built of models.
 * Both are there only where an engine was built.
 *
 * <p>The ratio is the median over the repeats. Null are imagesPerSecondPerWatt where no meter can
 * be read, overRewritten where that was not measured, and imagesPerSecond and latencyMs where the
 * batch does not fit; only then there is a reason. The output is canonical: fields in the order
 * above, two spaces a level, {@code \n} after each line, numbers rounded to twelve significant
 * digits.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class BenchmarkJson {
  /** The version of the schema; raised by a change that readers would notice. */
  public static final int SCHEMA_VERSION = 1;

  private BenchmarkJson() {}

  /**
   * Renders a report as a JSON document.
   *
   * @param report the report
   * @return the document, ended by {@code \n}
   */
  public static String toJson(BenchmarkReport report) {
    return toJson(List.of(report));
  }

  /**
   * Renders reports as one JSON document.
   *
   * @param reports 1 or more, all of the same environment, in the order they are to appear
   * @return the document, ended by {@code \n}
   */
  public static String toJson(List<BenchmarkReport> reports) {
    return JsonText.of(
        json -> {
          json.writeNumberField("schemaVersion", SCHEMA_VERSION);
          JsonText.write(reports.get(0).environment(), json);
          json.writeStringField("energyMeter", reports.get(0).meter());
          json.writeArrayFieldStart("models");
          for (BenchmarkReport report : reports) {
            writeModel(report, json);
          }
          json.writeEndArray();
          json.writeArrayFieldStart("results");
          for (BenchmarkReport report : reports) {
            for (Measurement measurement : report.measurements()) {
              write(report.network(), measurement, json);
            }
          }
          json.writeEndArray();
          json.writeArrayFieldStart("speedups");
          for (BenchmarkReport report : reports) {
            for (Speedup speedup : report.speedups()) {
              write(report.network(), speedup, json);
            }
          }
          json.writeEndArray();
          if (reports.stream().anyMatch(report -> !report.builds().isEmpty())) {
            writeEngines(reports, json);
          }
        });
  }

  private static void writeEngines(List<BenchmarkReport> reports, JsonGenerator json)
      throws IOException {
    json.writeStringField("placement", reports.get(0).placement().id());
    json.writeArrayFieldStart("engines");
    for (BenchmarkReport report : reports) {
      for (Map.Entry<Precision, EngineBuild> built : report.builds().entrySet()) {
        EngineBuild build = built.getValue();
        json.writeStartObject();
        json.writeStringField("network", report.network());
        json.writeStringField("precision", built.getKey().id());
        json.writeNumberField("buildSeconds", JsonText.rounded(build.seconds()));
        json.writeBooleanField("kept", build.isKept());
        json.writeNumberField("bytes", build.bytes());
        json.writeNumberField("layers", build.layers());
        json.writeNumberField("layersInIntegers", build.layersInIntegers());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private static void writeModel(BenchmarkReport report, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("network", report.network());
    json.writeStringField("sha256", report.modelSha256());
    json.writeNumberField("multiplyAdds", report.multiplyAdds());
    json.writeEndObject();
  }

  private static void write(String network, Measurement measurement, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("network", network);
    json.writeStringField("precision", measurement.precision().id());
    json.writeNumberField("batchSize", measurement.batchSize());
    json.writeNumberField("workers", measurement.workers());
    json.writeNumberField("threads", measurement.threads());
    if (measurement.performance().isPresent()) {
      write(measurement.performance().get(), json);
      json.writeStringField("status", "ok");
    } else {
      json.writeNullField("imagesPerSecond");
      json.writeNullField("latencyMs");
      json.writeNullField("imagesPerSecondPerWatt");
      json.writeStringField("status", "does not fit");
      json.writeStringField("reason", measurement.doesNotFit().orElse(""));
    }
    json.writeEndObject();
  }

  private static void write(Performance performance, JsonGenerator json) throws IOException {
    json.writeNumberField("imagesPerSecond", JsonText.rounded(performance.imagesPerSecond()));
    Latency latency = performance.latency();
    json.writeObjectFieldStart("latencyMs");
    json.writeNumberField("p50", JsonText.rounded(latency.p50()));
    json.writeNumberField("p90", JsonText.rounded(latency.p90()));
    json.writeNumberField("p99", JsonText.rounded(latency.p99()));
    json.writeEndObject();
    if (performance.imagesPerSecondPerWatt().isPresent()) {
      json.writeNumberField(
          "imagesPerSecondPerWatt",
          JsonText.rounded(performance.imagesPerSecondPerWatt().getAsDouble()));
    } else {
      json.writeNullField("imagesPerSecondPerWatt");
    }
  }

  private static void write(String network, Speedup speedup, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("network", network);
    json.writeNumberField("batchSize", speedup.batchSize());
    json.writeNumberField("workers", speedup.workers());
    write(speedup.overStock(), json);
    json.writeBooleanField("disturbed", speedup.isDisturbed());
    if (speedup.overRewritten().isPresent()) {
      json.writeObjectFieldStart("overRewritten");
      write(speedup.overRewritten().get(), json);
      json.writeEndObject();
    } else {
      json.writeNullField("overRewritten");
    }
    json.writeEndObject();
  }

  private static void write(Spread spread, JsonGenerator json) throws IOException {
    json.writeNumberField("ratio", JsonText.rounded(spread.median()));
    json.writeNumberField("min", JsonText.rounded(spread.min()));
    json.writeNumberField("max", JsonText.rounded(spread.max()));
  }
}

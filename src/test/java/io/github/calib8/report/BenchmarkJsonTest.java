package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.calib8.benchmark.BenchmarkReport;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BenchmarkJsonTest {
  private static JsonNode json(OptionalDouble watts) throws JsonProcessingException {
    return new JsonMapper().readTree(BenchmarkJson.toJson(List.of(BenchmarkReports.report(watts))));
  }

  @Test
  void resultsHoldTheFigures() throws JsonProcessingException {
    JsonNode json = json(OptionalDouble.of(4));
    assertThat(json.get("schemaVersion").intValue()).isEqualTo(1);
    assertThat(json.get("environment").get("instructionSet").textValue()).isEqualTo("AVX512_VNNI");
    assertThat(json.get("models").get(0).get("sha256").textValue()).startsWith("01234567");
    assertThat(json.get("results").get(1))
        .hasToString(
            "{\"network\":\"Tiny\",\"precision\":\"int8\",\"batchSize\":1,\"workers\":1,"
                + "\"threads\":1,\"imagesPerSecond\":40,"
                + "\"latencyMs\":{\"p50\":1.5,\"p90\":2,\"p99\":2.5},"
                + "\"imagesPerSecondPerWatt\":10,\"status\":\"ok\"}");
  }

  @Test
  void speedupsHoldTheSpread() throws JsonProcessingException {
    JsonNode speedups = json(OptionalDouble.empty()).get("speedups");
    assertThat(speedups.get(0))
        .hasToString(
            "{\"network\":\"Tiny\",\"batchSize\":1,\"workers\":1,"
                + "\"ratio\":3.5,\"min\":3.25,\"max\":3.75,\"disturbed\":true,"
                + "\"overRewritten\":{\"ratio\":3,\"min\":2.5,\"max\":3.5}}");
    assertThat(speedups.get(1).get("overRewritten").isNull()).isTrue();
  }

  @Test
  void whatWasNotMeasuredIsNull() throws JsonProcessingException {
    JsonNode json = json(OptionalDouble.empty());
    assertThat(json.get("energyMeter").textValue()).isEqualTo("no energy meter");
    assertThat(json.get("results").get(1).get("imagesPerSecondPerWatt").isNull()).isTrue();
    JsonNode misfit = json.get("results").get(6);
    assertThat(misfit.get("status").textValue()).isEqualTo("does not fit");
    assertThat(misfit.get("reason").textValue()).isEqualTo("9.9 GB needed");
    assertThat(misfit.get("imagesPerSecond").isNull()).isTrue();
    assertThat(misfit.get("latencyMs").isNull()).isTrue();
  }

  @Test
  void equalReportsGiveEqualBytes() {
    List<String> twice =
        List.of(
            BenchmarkJson.toJson(List.of(BenchmarkReports.report(OptionalDouble.of(3)))),
            BenchmarkJson.toJson(List.of(BenchmarkReports.report(OptionalDouble.of(3)))));
    assertThat(twice.get(0)).isEqualTo(twice.get(1)).endsWith("}\n");
  }

  @Test
  void aReportAloneIsTheDocumentOfAListOfIt() {
    BenchmarkReport report = BenchmarkReports.report(OptionalDouble.of(3));

    assertThat(BenchmarkJson.toJson(report)).isEqualTo(BenchmarkJson.toJson(List.of(report)));
  }
}

package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.Accuracy;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.ChangedImage;
import io.github.calib8.scale.InstructionSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccuracyJsonTest {

  private static final Environment ENVIRONMENT =
      new Environment("A \"Processor\"", InstructionSet.AVX2, 2, 1, "An Engine 1.0", "Calib8 1.0");

  @Test
  void notesAreThereWhereThereAreAny() throws Exception {
    AccuracyReport report = AccuracyReports.googlenetWith("products may saturate");

    String text = AccuracyJson.toJson(List.of(report, AccuracyReports.googlenet()), ENVIRONMENT);

    JsonNode networks = new ObjectMapper().readTree(text).get("networks");
    assertThat(networks.get(0).get("notes")).hasToString("[\"products may saturate\"]");
    assertThat(networks.get(1).has("notes")).isFalse();
  }

  @Test
  void documentIsThatOfTheSchema() {
    AccuracyReport report =
        AccuracyReport.builder(
                "GoogLeNet",
                new Accuracy(400, 316, 376, 35.25),
                new Accuracy(400, 315, 377, 1e6),
                ENVIRONMENT)
            .withDiscordant(3, 2)
            .withAgreeing(395)
            .withMeanKl(0.00125)
            .withScales(Optional.of("entropy"))
            .build();

    assertThat(AccuracyJson.toJson(List.of(report), ENVIRONMENT))
        .isEqualTo(
            """
            {
              "schemaVersion": 1,
              "environment": {
                "processor": "A \\"Processor\\"",
                "instructionSet": "AVX2",
                "cores": 2,
                "threads": 1,
                "engine": "An Engine 1.0",
                "library": "Calib8 1.0"
              },
              "networks": [ {
                "name": "GoogLeNet",
                "images": 400,
                "scales": "entropy",
                "fp32": {
                  "top1": 79,
                  "top5": 94,
                  "imagesPerSecond": 35.25
                },
                "int8": {
                  "top1": 78.75,
                  "top5": 94.25,
                  "imagesPerSecond": 1000000
                },
                "difference": {
                  "top1": 0.25,
                  "top5": -0.25,
                  "top1ConfidenceInterval": [ -1.04095915693, 1.53847159474 ],
                  "onlyFp32": 3,
                  "onlyInt8": 2,
                  "mcNemarP": 1
                },
                "agreement": 98.75,
                "meanKl": 0.00125
              } ]
            }
            """);
  }

  @Test
  void findingsAreTyped() throws Exception {
    AccuracyReport report = AccuracyReports.report("net", 10, 0, 1);

    String text = AccuracyJson.toJson(List.of(report), ENVIRONMENT);
    JsonNode findings = new ObjectMapper().readTree(text).get("networks").get(0).get("findings");

    assertThat(findings).hasSize(2);
    assertThat(findings.get(0).get("kind").textValue()).isEqualTo("SIGNIFICANT_LOSS");
    assertThat(findings.get(0).get("tensors")).isEmpty();
    assertThat(findings.get(1))
        .hasToString("{\"kind\":\"LOW_AGREEMENT\",\"found\":97.5,\"limit\":98,\"tensors\":[]}");
  }

  @Test
  void tinyAndRepeatingFiguresAreRoundedToTwelveDigits() throws Exception {
    AccuracyReport report =
        AccuracyReport.builder(
                "n",
                new Accuracy(48750, 30000, 40000, 1 / 3.0),
                new Accuracy(48750, 29000, 40000, 1),
                ENVIRONMENT)
            .withDiscordant(1000, 0)
            .withAgreeing(47000)
            .withMeanKl(1e-9 / 3)
            .build();

    String text = AccuracyJson.toJson(List.of(report), ENVIRONMENT);
    JsonNode network = new ObjectMapper().readTree(text).get("networks").get(0);

    assertThat(text)
        .contains("\"imagesPerSecond\": 0.333333333333\n")
        .contains("3.33333333333E-10");
    assertThat(network.get("difference").get("mcNemarP").doubleValue()).isBetween(0.0, 1e-300);
    assertThat(network.get("difference").get("top1").doubleValue()).isEqualTo(2.05128205128);
  }

  @Test
  void changedImagesAndVaryingScoresAreThereWhereThereAreAny() throws Exception {
    AccuracyReport report =
        AccuracyReports.googlenet().toBuilder()
            .withChanged(List.of(new ChangedImage("a.png", 3, 3, 0.75, 1, 0.5)))
            .withVariation(12.5)
            .build();

    JsonNode network = network(AccuracyJson.toJson(report));

    assertThat(network.get("changed"))
        .hasToString(
            "[{\"image\":\"a.png\",\"label\":3,\"fp32\":{\"class\":3,\"probability\":0.75},"
                + "\"int8\":{\"class\":1,\"probability\":0.5}}]");
    assertThat(network.get("variation").doubleValue()).isEqualTo(12.5);
    JsonNode without =
        network(
            AccuracyJson.toJson(
                AccuracyReports.googlenet().toBuilder().withChanged(List.of()).build()));
    assertThat(without.has("changed")).isFalse();
    assertThat(without.has("variation")).isFalse();
  }

  private static JsonNode network(String text) throws Exception {
    return new ObjectMapper().readTree(text).get("networks").get(0);
  }

  @Test
  void aReportAloneIsADocumentOfOneNetwork() {
    AccuracyReport report = AccuracyReports.googlenet();

    assertThat(AccuracyJson.toJson(report))
        .isEqualTo(AccuracyJson.toJson(List.of(report), report.environment()));
  }

  @Test
  void noNetworkIsAnEmptyList() {
    assertThat(AccuracyJson.toJson(List.of(), ENVIRONMENT)).contains("\"networks\": [ ]");
  }
}

package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.evaluation.AccuracyReport;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** Whatever the form, the figures are the same. */
class SameFiguresTest {

  @Test
  void markdownJsonCsvAndHtmlHoldTheSameAccuracies() throws Exception {
    AccuracyReport report = AccuracyReports.googlenet();
    JsonNode json =
        json(AccuracyJson.toJson(List.of(report), report.environment())).get("networks").get(0);
    Map<String, String> csv = csv(AccuracyCsv.toCsv(List.of(report)));

    assertThat(csv)
        .containsEntry("network", "GoogLeNet")
        .containsEntry("processor", "A \"Processor\"")
        .containsEntry("images", json.at("/images").asText())
        .containsEntry("onlyFp32", json.at("/difference/onlyFp32").asText())
        .containsEntry("onlyInt8", json.at("/difference/onlyInt8").asText());
    Map<String, String> pointers = new LinkedHashMap<>();
    pointers.put("fp32Top1", "/fp32/top1");
    pointers.put("fp32Top5", "/fp32/top5");
    pointers.put("fp32ImagesPerSecond", "/fp32/imagesPerSecond");
    pointers.put("int8Top1", "/int8/top1");
    pointers.put("int8Top5", "/int8/top5");
    pointers.put("int8ImagesPerSecond", "/int8/imagesPerSecond");
    pointers.put("top1Difference", "/difference/top1");
    pointers.put("top1DifferenceLower", "/difference/top1ConfidenceInterval/0");
    pointers.put("top1DifferenceUpper", "/difference/top1ConfidenceInterval/1");
    pointers.put("top5Difference", "/difference/top5");
    pointers.put("mcNemarP", "/difference/mcNemarP");
    pointers.put("agreement", "/agreement");
    pointers.put("meanKl", "/meanKl");
    pointers.forEach(
        (column, pointer) ->
            assertThat(new BigDecimal(csv.get(column)))
                .as(column)
                .isEqualByComparingTo(json.at(pointer).decimalValue()));

    List<String> shown = new ArrayList<>();
    show(shown, json, AccuracyText::percent, "/fp32/top1", "/fp32/top5", "/int8/top1");
    show(shown, json, AccuracyText::percent, "/int8/top5", "/agreement");
    show(shown, json, AccuracyText::points, "/difference/top1", "/difference/top5");
    show(shown, json, AccuracyText::points, "/difference/top1ConfidenceInterval/0");
    show(shown, json, AccuracyText::points, "/difference/top1ConfidenceInterval/1");
    show(shown, json, AccuracyText::rate, "/fp32/imagesPerSecond", "/int8/imagesPerSecond");
    show(shown, json, AccuracyText::pValue, "/difference/mcNemarP");
    show(shown, json, AccuracyText::nats, "/meanKl");
    Document page =
        Pages.parse(HtmlReport.builder().withAccuracy(List.of(report)).build().toHtml());
    String html =
        String.join(" ", Pages.row(page, 0, "GoogLeNet"))
            + " "
            + String.join(" ", Pages.row(page, 1, "GoogLeNet"));
    assertThat(words(html)).containsAll(shown);
    assertThat(words(AccuracyMarkdown.toMarkdown(report))).containsAll(shown);
  }

  @Test
  void markdownJsonCsvAndHtmlHoldTheSameSpeeds() throws Exception {
    BenchmarkReport report = BenchmarkReports.report(OptionalDouble.of(7));
    JsonNode results = json(BenchmarkJson.toJson(List.of(report))).get("results");
    String csv = BenchmarkCsv.toCsv(List.of(report));
    Document page =
        Pages.parse(HtmlReport.builder().withBenchmark(List.of(report)).build().toHtml());
    String cells = String.join(" ", Pages.texts(page, "td"));
    String markdown = BenchmarkMarkdown.toMarkdown(List.of(report));

    assertThat(results).hasSize(8);
    List<String> lines = csv.lines().skip(1).toList();
    for (int i = 0; i < results.size(); i++) {
      JsonNode result = results.get(i);
      List<String> fields = List.of(lines.get(i).split(",", -1));
      assertThat(fields.get(3)).isEqualTo(result.get("precision").asText());
      assertThat(fields.get(15)).isEqualTo(result.get("status").asText());
      if (result.get("imagesPerSecond").isNull()) {
        assertThat(fields.subList(7, 12)).containsOnly("");
        continue;
      }
      assertThat(new BigDecimal(fields.get(7)))
          .isEqualByComparingTo(result.get("imagesPerSecond").decimalValue());
      assertThat(new BigDecimal(fields.get(10)))
          .isEqualByComparingTo(result.at("/latencyMs/p99").decimalValue());
      String speed =
          String.format(Locale.ROOT, "%.1f", result.get("imagesPerSecond").doubleValue());
      assertThat(words(cells)).contains(speed);
      assertThat(words(markdown)).contains(speed);
    }
    assertThat(lines.get(1)).contains(",3.5,3.25,3.75,ok");
    assertThat(words(cells)).contains("3.50", "3.25", "3.75");
    assertThat(words(markdown)).contains("3.50", "3.25", "3.75");
  }

  private static void show(
      List<String> shown, JsonNode json, DoubleFunction<String> text, String... pointers) {
    for (String pointer : pointers) {
      shown.add(text.apply(json.at(pointer).doubleValue()));
    }
  }

  private static List<String> words(String text) {
    return List.of(text.split("[\\s\\[\\],()|]+"));
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .readTree(text);
  }

  /** The only line of figures by the names of the columns. */
  private static Map<String, String> csv(String text) {
    List<String> lines = text.lines().toList();
    assertThat(lines).hasSize(2);
    List<String> names = List.of(lines.get(0).split(","));
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (char c : (lines.get(1) + ",").toCharArray()) {
      if (c == ',' && !quoted) {
        String field = cell.toString();
        cells.add(
            field.startsWith("\"")
                ? field.substring(1, field.length() - 1).replace("\"\"", "\"")
                : field);
        cell.setLength(0);
      } else {
        quoted ^= c == '"';
        cell.append(c);
      }
    }
    assertThat(cells).hasSameSizeAs(names);
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      row.put(names.get(i), cells.get(i));
    }
    return row;
  }
}

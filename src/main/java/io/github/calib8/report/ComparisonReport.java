package io.github.calib8.report;

import static io.github.calib8.report.AccuracyText.percent;
import static io.github.calib8.report.AccuracyText.points;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs side by side: what {@link AccuracyJson} wrote of each, as one table and one page.
 *
 * <p>Immutable, and so safe for use by several threads.
 */
public final class ComparisonReport {
  private static final String TITLE = "Runs side by side";

  private static final List<String> ACCURACY =
      List.of(
          "Images",
          "FP32 top-1 / top-5",
          "INT8 top-1 / top-5",
          "Difference top-1 [95 %]",
          "Agreement, %",
          "Mean softmax KL, nats");

  private static final List<String> COST =
      List.of("In integers, %", "FP32 / INT8, MB", "Images/s FP32 / INT8", "Speed-up");

  private static final List<String> ALL = Stream.concat(ACCURACY.stream(), COST.stream()).toList();

  /** The numbers that a network must have, as JSON pointers. */
  private static final List<String> REQUIRED =
      List.of(
          "/images",
          "/fp32/top1",
          "/fp32/top5",
          "/fp32/imagesPerSecond",
          "/int8/top1",
          "/int8/top5",
          "/int8/imagesPerSecond",
          "/difference/top1",
          "/difference/top1ConfidenceInterval/0",
          "/difference/top1ConfidenceInterval/1",
          "/agreement",
          "/meanKl");

  /** A network of a run. */
  private record Row(String run, JsonNode network, JsonNode environment) {
    double number(String... path) {
      return at(path).doubleValue();
    }

    JsonNode at(String... path) {
      JsonNode node = network;
      for (String name : path) {
        node = node.path(name);
      }
      return node;
    }

    String text(String... path) {
      return at(path).asText();
    }
  }

  private final List<Row> rows;

  private ComparisonReport(List<Row> rows) {
    this.rows = List.copyOf(rows);
  }

  /**
   * Reads runs.
   *
   * @param runs what {@link AccuracyJson} wrote, by the names of the files, in order; one or more
   * @return the comparison
   * @throws IllegalArgumentException if a text is something else; names its file
   */
  public static ComparisonReport of(Map<String, String> runs) {
    List<Row> rows = new ArrayList<>();
    boolean unique =
        runs.keySet().stream().map(ComparisonReport::last).distinct().count() == runs.size();
    runs.forEach(
        (file, text) -> {
          JsonNode root = parsed(file, text);
          String name = (unique ? last(file) : file).replaceFirst("[.]json$", "");
          for (JsonNode network : root.get("networks")) {
            rows.add(new Row(run(name, root, network), network, root.get("environment")));
          }
        });
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("Expected files of 1 or more networks, found none");
    }
    return new ComparisonReport(rows);
  }

  private static String last(String file) {
    return file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  }

  private static JsonNode parsed(String file, String text) {
    String expected = file + ": expected what evaluate --json writes, found ";
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(expected + "no JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.path("networks").isArray() || !root.path("environment").isObject()) {
      throw new IllegalArgumentException(expected + "JSON without networks and environment");
    }
    int version = root.path("schemaVersion").asInt();
    if (version != AccuracyJson.SCHEMA_VERSION) {
      throw new IllegalArgumentException(expected + "schemaVersion " + version);
    }
    for (JsonNode network : root.get("networks")) {
      for (String field : REQUIRED) {
        JsonNode number = network.at(field);
        if (!number.isNumber() || !Double.isFinite(number.doubleValue())) {
          throw new IllegalArgumentException(
              "%sa network whose %s is %s"
                  .formatted(
                      expected,
                      field.substring(1).replace('/', '.'),
                      number.isMissingNode() ? "missing" : number));
        }
      }
    }
    return root;
  }

  private static String run(String name, JsonNode root, JsonNode network) {
    if (root.get("networks").size() == 1) {
      return name;
    }
    String model = root.get("networks").get(0).path("name").asText().split(", ")[0] + ", ";
    String shown = network.path("name").asText();
    return name + ": " + (isOfOneModel(root, model) ? shown.substring(model.length()) : shown);
  }

  /** Methods are compared on one model, whose name all of them begin with. */
  private static boolean isOfOneModel(JsonNode root, String model) {
    for (JsonNode network : root.get("networks")) {
      if (!network.path("name").asText().startsWith(model)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes the comparison as Markdown.
   *
   * @return a table and what makes runs differ beside their INT8 models, each line ended by {@code
   *     \n}
   */
  public String toMarkdown() {
    StringBuilder text = new StringBuilder(table(ALL).toMarkdown());
    doubts().forEach(doubt -> text.append("\nNote: ").append(doubt).append(".\n"));
    return text.toString();
  }

  /**
   * Writes the comparison as a page that needs no other file.
   *
   * @return the text of an HTML file, to be saved as UTF-8
   */
  public String toHtml() {
    Markup page = HtmlPage.begin(TITLE);
    page.open("div", "class", "verdict");
    page.leaf("p", verdict(), "class", "lead");
    doubts().forEach(doubt -> page.leaf("p", doubt + ".", "class", "note"));
    page.close();
    page.open("section", "id", "accuracy").leaf("h2", "Accuracy");
    HtmlTable.write(
        table(ACCURACY),
        "Accuracy in %; differences are FP32 - INT8 in points, with the 95 % interval",
        page);
    HtmlTable.write(table(COST), "Integers, files as ONNX, and speed", page);
    page.open("div", "class", "beside");
    if (rows.size() > 1) {
      figure("Loss of top-1 accuracy", "points of top-1 lost", 0, ComparisonReport::loss, page);
      if (rows.stream().allMatch(row -> row.at("speedupConfidenceInterval").isArray())) {
        figure("Speed of INT8 by that of FP32", "times as fast", 1, ComparisonReport::speed, page);
      }
    }
    page.close().close();
    provenance(page);
    return HtmlPage.end(page);
  }

  private void figure(
      String title, String unit, double baseline, Function<Row, IntervalPlot.Row> of, Markup page) {
    page.open("div").leaf("h3", title).open("figure");
    page.append(IntervalPlot.draw(title, unit, baseline, rows.stream().map(of).toList()));
    page.leaf("figcaption", "Dot: measured. Bar: the 95 % confidence interval.");
    page.close().close();
  }

  private void provenance(Markup page) {
    page.open("section", "id", "provenance").leaf("h2", "Provenance");
    for (Row row : rows) {
      page.leaf("h3", row.run).open("dl");
      item("Network", row.text("name"), page);
      item("Scales", row.text("scales"), page);
      item("Preprocessing", row.text("models", "preprocessing"), page);
      item("SHA-256 of the FP32 model", row.text("models", "fp32Sha256"), page);
      item("SHA-256 of the INT8 model", row.text("models", "int8Sha256"), page);
      item("Measured on", environment(row), page);
      page.close();
    }
    page.close();
  }

  private static void item(String name, String value, Markup page) {
    if (!value.isEmpty()) {
      page.leaf("dt", name).leaf("dd", value);
    }
  }

  private static String environment(Row row) {
    return "%s (%s), %s threads, %s, %s"
        .formatted(
            row.environment.path("processor").asText(),
            row.environment.path("instructionSet").asText(),
            row.environment.path("threads").asText(),
            row.environment.path("engine").asText(),
            row.environment.path("library").asText());
  }

  private String verdict() {
    if (rows.size() == 1) {
      return "%s: FP32 - INT8 is %s points of top-1."
          .formatted(rows.get(0).run, points(rows.get(0).number("difference", "top1")));
    }
    Row best = rows.get(0);
    Row worst = rows.get(0);
    for (Row row : rows) {
      best = row.number("difference", "top1") < best.number("difference", "top1") ? row : best;
      worst = row.number("difference", "top1") > worst.number("difference", "top1") ? row : worst;
    }
    if (best.number("difference", "top1") == worst.number("difference", "top1")) {
      return "%s runs, which all lose the same of top-1 (%s)."
          .formatted(rows.size(), points(best.number("difference", "top1")));
    }
    boolean apart =
        best.at("difference", "top1ConfidenceInterval").path(1).doubleValue()
            < worst.at("difference", "top1ConfidenceInterval").path(0).doubleValue();
    return "%s runs: %s loses least of top-1 (%s), %s most (%s); their intervals %s."
        .formatted(
            rows.size(),
            best.run,
            points(best.number("difference", "top1")),
            worst.run,
            points(worst.number("difference", "top1")),
            apart ? "do not meet" : "overlap");
  }

  /** What else differs, so that the difference may not be INT8's. */
  private List<String> doubts() {
    List<String> doubts = new ArrayList<>();
    doubt(doubts, "FP32 models", row -> row.text("models", "fp32Sha256"));
    doubt(doubts, "preprocessings", row -> row.text("models", "preprocessing"));
    doubt(doubts, "numbers of images", row -> row.text("images"));
    doubt(doubts, "processors", row -> row.environment.path("processor").asText());
    doubt(doubts, "instruction sets", row -> row.environment.path("instructionSet").asText());
    doubt(doubts, "engines", row -> row.environment.path("engine").asText());
    return doubts;
  }

  private void doubt(List<String> doubts, String what, Function<Row, String> value) {
    List<String> known = rows.stream().map(value).filter(text -> !text.isEmpty()).toList();
    if (known.stream().distinct().count() > 1) {
      doubts.add("the runs are of different " + what);
    } else if (rows.size() > 1 && known.size() < rows.size()) {
      doubts.add(
          "whether the runs are of different " + what + " is not known: a file does not say");
    }
  }

  private static IntervalPlot.Row loss(Row row) {
    return row(
        row, row.number("difference", "top1"), row.at("difference", "top1ConfidenceInterval"));
  }

  private static IntervalPlot.Row speed(Row row) {
    return row(row, row.number("speedup"), row.at("speedupConfidenceInterval"));
  }

  private static IntervalPlot.Row row(Row row, double value, JsonNode interval) {
    return new IntervalPlot.Row(
        row.run,
        "",
        value,
        interval.path(0).asDouble(value),
        interval.path(1).asDouble(value),
        OptionalDouble.empty());
  }

  private TextTable table(List<String> columns) {
    List<String> header = new ArrayList<>(List.of("Run"));
    header.addAll(columns);
    TextTable table = new TextTable(header);
    for (Row row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.run));
      columns.forEach(column -> cells.add(cell(row, column)));
      table.row(cells);
    }
    return table;
  }

  private static String cell(Row row, String column) {
    JsonNode interval = row.at("difference", "top1ConfidenceInterval");
    return switch (column) {
      case "Images" -> row.text("images");
      case "FP32 top-1 / top-5" -> both(row, "fp32");
      case "INT8 top-1 / top-5" -> both(row, "int8");
      case "Difference top-1 [95 %]" ->
          "%s [%s, %s]"
              .formatted(
                  points(row.number("difference", "top1")),
                  points(interval.path(0).doubleValue()),
                  points(interval.path(1).doubleValue()));
      case "Agreement, %" -> percent(row.number("agreement"));
      case "Mean softmax KL, nats" -> AccuracyText.nats(row.number("meanKl"));
      case "In integers, %" -> share(row);
      case "FP32 / INT8, MB" -> megabytes(row, "fp32Bytes") + " / " + megabytes(row, "int8Bytes");
      case "Images/s FP32 / INT8" ->
          AccuracyText.rate(row.number("fp32", "imagesPerSecond"))
              + " / "
              + AccuracyText.rate(row.number("int8", "imagesPerSecond"));
      case "Speed-up" ->
          AccuracyText.ratio(
              row.number("int8", "imagesPerSecond") / row.number("fp32", "imagesPerSecond"));
      default -> throw new IllegalArgumentException("Expected a column, found " + column);
    };
  }

  private static String both(Row row, String model) {
    return percent(row.number(model, "top1")) + " / " + percent(row.number(model, "top5"));
  }

  private static String share(Row row) {
    JsonNode share = row.at("products", "shareOfMultiplyAdds");
    return share.isNumber() ? percent(100 * share.doubleValue()) : "-";
  }

  private static String megabytes(Row row, String field) {
    JsonNode bytes = row.at("models", field);
    return bytes.isNumber() ? AccuracyText.ratio(bytes.doubleValue() / 1e6) : "-";
  }
}

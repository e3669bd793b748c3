package io.github.calib8.report;

import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values after RFC 4180, but for the line ends, which are {@code \n}. */
final class CsvText {
  private final StringBuilder text = new StringBuilder();
  private final int columns;

  CsvText(List<String> header) {
    columns = header.size();
    row(header);
  }

  void row(List<String> cells) {
    if (cells.size() != columns) {
      throw new IllegalArgumentException(
          "Expected " + columns + " cells, found " + cells.size() + ": " + cells);
    }
    text.append(cells.stream().map(CsvText::cell).collect(Collectors.joining(","))).append('\n');
  }

  /** A figure as in the JSON form. */
  static String number(double value) {
    return JsonText.rounded(value).toString();
  }

  private static String cell(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

package io.github.calib8.report;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Comma-separated values after RFC 4180, but for the line ends, which are {@code \n}. */
final class CsvText {
  private static final Pattern FORMULA = Pattern.compile("[=+@\\-\t\r]");
  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9.]+([eE][+-]?[0-9]+)?");

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

  /**
   * A cell that begins as a formula does is text for a spreadsheet if an apostrophe is before it:
   * names of models and images may come from anywhere.
   */
  private static String cell(String cell) {
    boolean isFormula = FORMULA.matcher(cell).lookingAt() && !NUMBER.matcher(cell).matches();
    String text = isFormula ? "'" + cell : cell;
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

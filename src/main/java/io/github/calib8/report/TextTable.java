package io.github.calib8.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table of text whose first column is a name and whose others are figures; an accumulator. */
final class TextTable {
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(List<String> header) {
    this.header = List.copyOf(header);
  }

  void row(List<String> cells) {
    if (cells.size() != header.size()) {
      throw new IllegalArgumentException(
          "Expected " + header.size() + " cells, found " + cells.size() + ": " + cells);
    }
    rows.add(List.copyOf(cells));
  }

  List<String> header() {
    return header;
  }

  List<List<String>> rows() {
    return Collections.unmodifiableList(rows);
  }

  /** The table in Markdown, the first column to the left and all others to the right. */
  String toMarkdown() {
    List<String> rule = new ArrayList<>(Collections.nCopies(header.size(), "---:"));
    rule.set(0, "---");
    StringBuilder text = new StringBuilder();
    append(text, header);
    append(text, rule);
    rows.forEach(row -> append(text, row));
    return text.toString();
  }

  /** The same for those who read it as text: columns as wide as their widest cell. */
  String toPaddedMarkdown() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(escaped(header));
    rows.forEach(row -> cells.add(escaped(row)));
    int[] widths = new int[header.size()];
    for (List<String> row : cells) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : cells) {
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        String padding = " ".repeat(widths[column] - cell.length());
        text.append("| ").append(column == 0 ? cell + padding : padding + cell).append(' ');
      }
      text.append("|\n");
      if (row == cells.get(0)) {
        for (int column = 0; column < widths.length; column++) {
          String dashes = "-".repeat(widths[column] + 1);
          text.append('|').append(column == 0 ? dashes + "-" : dashes + ":");
        }
        text.append("|\n");
      }
    }
    return text.toString();
  }

  private static List<String> escaped(List<String> cells) {
    return cells.stream().map(cell -> cell.replace("|", "\\|")).toList();
  }

  private static void append(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", escaped(cells))).append(" |\n");
  }
}

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

  private static void append(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}

package io.github.calib8.cli;

import java.io.PrintWriter;
import java.util.List;

/** Rows of text as columns: the first one to the left, all others to the right. */
final class TextColumns {
  private TextColumns() {}

  static void print(List<List<String>> rows, PrintWriter out) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String padding = " ".repeat(widths[column] - row.get(column).length());
        line.append(column == 0 ? row.get(0) + padding : "  " + padding + row.get(column));
      }
      out.println(line);
    }
    out.flush();
  }
}

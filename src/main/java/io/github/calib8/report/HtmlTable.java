package io.github.calib8.report;

import java.util.List;

/**
 * Tables of a page. On a phone, the style sheet puts a row's cells below each other, each with its
 * column's name; otherwise a table too wide for the page scrolls within a box of its own.
 */
final class HtmlTable {
  /** The attribute of a cell that repeats its column's name, for the style sheet. */
  static final String COLUMN = "data-column";

  private HtmlTable() {}

  static void write(TextTable table, String caption, Markup page) {
    open(caption, table.header(), page);
    for (List<String> row : table.rows()) {
      page.open("tr").leaf("th", row.get(0), "scope", "row");
      for (int i = 1; i < row.size(); i++) {
        cell(table.header().get(i), row.get(i), page);
      }
      page.close();
    }
    close(page);
  }

  /** Begins a table; its rows follow. */
  static void open(String caption, List<String> header, Markup page) {
    // Not a caption element: that would be as wide as the table, and cut off on a phone.
    page.leaf("p", caption, "class", "caption");
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
    page.open("table", "aria-label", caption).open("thead").open("tr");
    header.forEach(name -> page.leaf("th", name, "scope", "col"));
    page.close().close().open("tbody");
  }

  /** A cell below the column's name. */
  static void cell(String column, String text, Markup page) {
    page.leaf("td", text, COLUMN, column);
  }

  static void close(Markup page) {
    page.close().close().close();
  }
}

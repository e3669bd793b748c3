package io.github.calib8.report;

import java.util.List;

/** Tables of a page, which scroll within a box of their own where the page is narrow. */
final class HtmlTable {

  private HtmlTable() {}

  static void write(TextTable table, String caption, Markup page) {
    open(caption, table.header(), page);
    for (List<String> row : table.rows()) {
      page.open("tr").leaf("th", row.get(0), "scope", "row");
      row.stream().skip(1).forEach(cell -> page.leaf("td", cell));
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

  static void close(Markup page) {
    page.close().close().close();
  }
}

package io.github.calib8.report;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Reads pages with the JDK's parser of XML, which takes nothing that is not well-formed. */
final class Pages {
  private Pages() {}

  static Document parse(String html) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(html)));
    } catch (SAXException | IOException | ParserConfigurationException e) {
      throw new AssertionError("Expected well-formed XML: " + e.getMessage(), e);
    }
  }

  static List<Element> elements(Document page, String name) {
    NodeList nodes = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  static List<String> texts(Document page, String name) {
    return elements(page, name).stream().map(Element::getTextContent).toList();
  }

  /** The cells of the first row that begins with a name, in the table of that number. */
  static List<String> row(Document page, int table, String name) {
    NodeList rows = elements(page, "table").get(table).getElementsByTagName("tr");
    for (int i = 0; i < rows.getLength(); i++) {
      List<String> cells = new ArrayList<>();
      for (int j = 0; j < rows.item(i).getChildNodes().getLength(); j++) {
        if (rows.item(i).getChildNodes().item(j) instanceof Element cell) {
          cells.add(cell.getTextContent());
        }
      }
      if (cells.get(0).equals(name)) {
        return cells;
      }
    }
    throw new AssertionError("Expected a row of " + name + ", found none");
  }
}

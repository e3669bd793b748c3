package io.github.calib8.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes elements that are well-formed as XML and mean the same as HTML, text escaped; an
 * accumulator.
 *
 * <p>Attributes are given as name, value, name, value; one whose value is empty is left out.
 */
final class Markup {
  /** Elements within a line of text, which no line break follows. */
  private static final Set<String> INLINE =
      Set.of("a", "b", "code", "span", "text", "tspan", "title");

  /** Stands for what XML does not allow. */
  private static final int REPLACEMENT = 0xfffd;

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins an element. */
  Markup open(String element, String... attributes) {
    tag(element, attributes).append('>');
    open.push(element);
    return this;
  }

  /** Ends the element begun last. */
  Markup close() {
    String element = open.pop();
    out.append("</").append(element).append('>');
    if (!INLINE.contains(element)) {
      out.append('\n');
    }
    return this;
  }

  /** An element that holds text alone. */
  Markup leaf(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  /** An element without content: one that HTML ends by itself, or one of SVG. */
  Markup empty(String element, String... attributes) {
    tag(element, attributes).append("/>");
    return this;
  }

  Markup text(String text) {
    escape(text);
    return this;
  }

  /** What was written by another. */
  Markup append(Markup other) {
    out.append(other.out);
    return this;
  }

  /** A style sheet, which HTML does not unescape. */
  Markup style(String css) {
    if (css.contains("<") || css.contains("&")) {
      throw new IllegalArgumentException("Expected a style sheet without '<' and '&': " + css);
    }
    out.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  private StringBuilder tag(String element, String... attributes) {
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      if (!attributes[i + 1].isEmpty()) {
        out.append(' ').append(attributes[i]).append("=\"");
        escape(attributes[i + 1]);
        out.append('"');
      }
    }
    return out;
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.appendCodePoint(isCharacter(c) ? c : REPLACEMENT);
              }
            });
  }

  /** What XML allows, without control characters. */
  private static boolean isCharacter(int c) {
    return c == '\n'
        || (c >= ' ' && !(c >= 0x7f && c <= 0x9f) && !(c >= 0xd800 && c <= 0xdfff))
            && c != 0xfffe
            && c != 0xffff;
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Expected all elements closed, found open " + open);
    }
    return out.toString();
  }
}

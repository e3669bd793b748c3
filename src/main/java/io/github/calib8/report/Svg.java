package io.github.calib8.report;

/**
 * A drawing that scales with the page and takes its colors from the page's style sheet; an
 * accumulator.
 */
final class Svg {
  private final Markup markup = new Markup();

  /**
   * Begins a drawing.
   *
   * @param label what it shows, for those who cannot see it
   */
  Svg(int width, int height, String label) {
    markup.open(
        "svg", "viewBox", "0 0 " + width + " " + height, "role", "img", "aria-label", label);
  }

  private Svg() {}

  /** Begins a drawing that is a file, and so brings its style sheet along. */
  static Svg file(int width, int height, String label) {
    Svg svg = new Svg();
    svg.markup.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + width + " " + height,
        "width",
        Integer.toString(width),
        "height",
        Integer.toString(height),
        "font-family",
        "sans-serif",
        "role",
        "img",
        "aria-label",
        label);
    svg.markup.style(StyleSheet.plots());
    return svg.path("page", "M0 0H" + width + "V" + height + "H0z");
  }

  /** Another drawing, in the whole width, scaled to fit. */
  Svg embed(double y, int width, int height, Markup drawing) {
    markup.open(
        "svg", "y", n(y), "width", Integer.toString(width), "height", Integer.toString(height));
    markup.append(drawing).close();
    return this;
  }

  Svg line(String style, double x1, double y1, double x2, double y2) {
    markup.empty("line", "class", style, "x1", n(x1), "y1", n(y1), "x2", n(x2), "y2", n(y2));
    return this;
  }

  /** A bar from a height down to a line, and what a pointer over it tells. */
  Svg bar(String style, double x, double top, double width, double bottom, String title) {
    markup.open(
        "rect",
        "class",
        style,
        "x",
        n(x),
        "y",
        n(top),
        "width",
        n(width),
        "height",
        n(Math.max(0, bottom - top)));
    markup.leaf("title", title).close();
    return this;
  }

  Svg circle(String style, double x, double y, double radius) {
    markup.empty("circle", "class", style, "cx", n(x), "cy", n(y), "r", n(radius));
    return this;
  }

  Svg path(String style, CharSequence data) {
    markup.empty("path", "class", style, "d", data.toString());
    return this;
  }

  /** Text that begins, ends or has its middle at x: {@code start}, {@code end}, {@code middle}. */
  Svg text(String style, double x, double y, String anchor, String text) {
    markup.leaf("text", text, "class", style, "x", n(x), "y", n(y), "text-anchor", anchor);
    return this;
  }

  /** The finished drawing; nothing can be added afterwards. */
  Markup end() {
    return markup.close();
  }

  /** A coordinate: a tenth of a pixel is finer than any screen shows. */
  static String n(double value) {
    long tenths = Math.round(10 * value);
    String digits = tenths % 10 == 0 ? "" : "." + Math.abs(tenths % 10);
    return (tenths < 0 && tenths > -10 ? "-" : "") + tenths / 10 + digits;
  }
}

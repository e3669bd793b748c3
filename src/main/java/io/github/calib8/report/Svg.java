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

  Svg line(String style, double x1, double y1, double x2, double y2) {
    markup.empty("line", "class", style, "x1", n(x1), "y1", n(y1), "x2", n(x2), "y2", n(y2));
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

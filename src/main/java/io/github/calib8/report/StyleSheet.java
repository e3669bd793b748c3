package io.github.calib8.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** How pages and drawings look. */
final class StyleSheet {
  private static final String COLORS = "colors.css";
  private static final String PLOTS = "plot.css";
  private static final String PAGE = "report.css";

  private static final Pattern COLOR = Pattern.compile("(--\\w+): (#\\w+);");
  private static final Pattern NAME = Pattern.compile("var\\((--\\w+)\\)");

  private StyleSheet() {}

  /**
   * Of a drawing that is a file: in light colors, as programs for drawing and writing, unlike
   * browsers, know no names of colors.
   */
  static String plots() {
    String colors = read(COLORS);
    Map<String, String> light = new HashMap<>();
    COLOR
        .matcher(colors.substring(0, colors.indexOf('}')))
        .results()
        .forEach(color -> light.put(color.group(1), color.group(2)));
    return NAME.matcher(read(PLOTS)).replaceAll(name -> light.get(name.group(1)));
  }

  /** Of the page and the drawings in it. */
  static String page() {
    return read(COLORS) + read(PLOTS) + read(PAGE);
  }

  private static String read(String name) {
    try (InputStream file = StyleSheet.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("Expected the resource " + name + ", found none");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource " + name, e);
    }
  }
}

package io.github.calib8.scale;

/** Text of a damaged file in an error: short, on one line, and without what a terminal obeys. */
final class Excerpt {
  private static final int LENGTH = 60;

  private Excerpt() {}

  static String of(String text) {
    String shown = text.length() <= LENGTH ? text : text.substring(0, LENGTH) + "...";
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}

package io.github.calib8.dataset;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The lines of a small text file about images, and errors that name its lines. */
final class LabelFile {
  /** A line and its number, from 1. */
  record Line(int number, String text) {}

  private final Path path;
  private final List<Line> lines;

  private LabelFile(Path path, List<Line> lines) {
    this.path = path;
    this.lines = lines;
  }

  /** Reads a file of UTF-8 text; blank lines at the end do not count. */
  static LabelFile read(Path path, String what) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new DatasetException(
          path + ": expected " + what + ", found " + (Files.exists(path) ? "no file" : "nothing"));
    }
    List<Line> lines = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(path)) {
        lines.add(new Line(lines.size() + 1, line.replace("\ufeff", "").strip()));
      }
    } catch (CharacterCodingException e) {
      throw new DatasetException(path + ": expected " + what + ", found no UTF-8 text", e);
    }
    while (!lines.isEmpty() && lines.get(lines.size() - 1).text.isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    if (lines.isEmpty()) {
      throw new DatasetException(path + ": expected " + what + ", found an empty file");
    }
    return new LabelFile(path, lines);
  }

  Path path() {
    return path;
  }

  List<Line> lines() {
    return lines;
  }

  /** An error about a line. */
  DatasetException error(Line line, String expected) {
    return new DatasetException(
        String.format(
            "%s, line %d: expected %s, found '%s'", path, line.number, expected, line.text));
  }

  /** Reads a whole number within bounds. */
  int number(Line line, String text, int minimum, int maximum, String what) {
    try {
      int number = Integer.parseInt(text);
      if (number >= minimum && number <= maximum) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The same error as for a number out of bounds.
    }
    String range =
        maximum == Integer.MAX_VALUE ? "of at least " + minimum : minimum + " to " + maximum;
    throw error(line, what + " " + range);
  }

  /**
   * Reads lines of an image's name and its class, separated by white space; the name may contain
   * some.
   *
   * @param last the largest class allowed
   * @return classes by name, in the file's order
   */
  Map<String, Integer> namesAndLabels(int last) {
    Map<String, Integer> labels = new LinkedHashMap<>();
    for (Line line : lines) {
      int space = lastSpace(line.text);
      if (space < 0) {
        throw error(line, "an image's name and its class");
      }
      String name = line.text.substring(0, space).strip();
      int label = number(line, line.text.substring(space + 1), 0, last, "a class");
      if (labels.putIfAbsent(name, label) != null) {
        throw error(line, "each image once");
      }
    }
    return labels;
  }

  private static int lastSpace(String text) {
    return Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
  }
}

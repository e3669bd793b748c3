package io.github.calib8.dataset;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lines of a small text file about images, and errors that name its lines. */
final class LabelFile {
  /** A line and its number, from 1. */
  record Line(int number, String text) {}

  /** Compiled once: there is a line an image. */
  private static final Pattern WNID = Pattern.compile(Synsets.WNID);

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
            Locale.ROOT,
            "%s, line %d: expected %s, found '%s'",
            path,
            line.number,
            expected,
            line.text));
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
   * Whether each line holds an image's name and its class, in whatever form: not the kit's ground
   * truth of numbers alone.
   */
  boolean hasNames() {
    return isCsv() || !lines.get(0).text.matches("\\S+");
  }

  /**
   * Reads lines of an image's name and its class: separated by white space, which the name may
   * contain, too, or as two columns of comma-separated values, with a header or without. The class
   * is a number or a WordNet ID; behind the ID there may be more (Kaggle's {@code
   * LOC_val_solution.csv}: boxes).
   *
   * @param last the largest class allowed
   * @param synsets tells the classes of WordNet IDs; null if only all of ILSVRC2012's 1000 do
   * @return classes by name, in the file's order
   */
  Map<String, Integer> namesAndLabels(int last, @Nullable Synsets synsets) {
    Map<String, Integer> labels = new LinkedHashMap<>();
    List<Entry> entries = entries();
    Map<String, Integer> wnids = synsets == null ? wnids(entries) : Map.of();
    for (Entry entry : entries) {
      int label;
      if (entry.isWnid()) {
        label =
            synsets == null ? wnids.getOrDefault(entry.label, -1) : synsets.classOf(entry.label);
        if (label < 0) {
          throw error(
              entry.line, "a synset mapping that tells the class of WordNet ID " + entry.label);
        }
      } else {
        label = number(entry.line, entry.label, 0, last, "a class");
      }
      if (labels.putIfAbsent(entry.name, label) != null) {
        throw error(entry.line, "each image once");
      }
    }
    return labels;
  }

  /** Without a mapping, the IDs are known by their order if all are there. */
  private static Map<String, Integer> wnids(List<Entry> entries) {
    TreeSet<String> wnids = new TreeSet<>();
    entries.stream().filter(Entry::isWnid).forEach(entry -> wnids.add(entry.label));
    Map<String, Integer> classes = new HashMap<>();
    if (wnids.size() == Ilsvrc2012.CLASSES) {
      wnids.forEach(wnid -> classes.put(wnid, classes.size()));
    }
    return classes;
  }

  /** What a line says: the label is not checked yet. */
  private record Entry(Line line, String name, String label) {
    boolean isWnid() {
      return label.startsWith("n") && WNID.matcher(label).matches();
    }
  }

  private List<Entry> entries() {
    if (!isCsv()) {
      return lines.stream().map(this::spaced).toList();
    }
    List<Entry> entries = lines.stream().map(this::commaSeparated).toList();
    boolean hasHeader = !isLabel(entries.get(0).label);
    return hasHeader ? entries.subList(1, entries.size()) : entries;
  }

  private static boolean isLabel(String text) {
    return text.matches("-?[0-9]+|" + Synsets.WNID);
  }

  /** A comma may be part of a name whose class stands behind white space. */
  private boolean isCsv() {
    String first = lines.get(0).text;
    int space = lastSpace(first);
    boolean isSpaced =
        space > 0
            && isLabel(first.substring(space + 1))
            && !first.substring(0, space).strip().endsWith(",")
            && !first.matches("[^,]*," + Synsets.WNID + "\\s.*");
    return first.indexOf(',') >= 0 && !isSpaced;
  }

  private Entry spaced(Line line) {
    int space = lastSpace(line.text);
    if (space < 0) {
      throw error(line, "an image's name and its class");
    }
    return new Entry(
        line, line.text.substring(0, space).strip(), line.text.substring(space + 1).strip());
  }

  private Entry commaSeparated(Line line) {
    int comma = line.text.lastIndexOf(',');
    if (comma < 0) {
      throw error(line, "an image's name, a comma, and its class");
    }
    String name = unquoted(line.text.substring(0, comma));
    String label = unquoted(line.text.substring(comma + 1)).split("\\s", 2)[0];
    if (name.indexOf(',') >= 0 && line.text.charAt(0) != '"') {
      throw error(line, "two columns, an image's name and its class");
    }
    return new Entry(line, name, label);
  }

  private static String unquoted(String field) {
    String text = field.strip();
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
        : text;
  }

  private static int lastSpace(String text) {
    return Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
  }
}

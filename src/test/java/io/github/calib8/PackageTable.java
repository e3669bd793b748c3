package io.github.calib8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The table of docs/architecture.md: which of our packages each package may use. */
final class PackageTable {
  private static final Path FILE = Path.of("docs/architecture.md");
  private static final String HEAD = "| package | purpose | may use (ours) |";
  private static final Pattern CELLS = Pattern.compile("\\s*\\|\\s*");
  private static final Pattern COMMA = Pattern.compile(",\\s*");

  private PackageTable() {}

  /** By package; those that may use all of the others have all. */
  static Map<String, Set<String>> read() {
    Map<String, Set<String>> table = new TreeMap<>();
    rows()
        .forEach(
            row -> {
              String[] cells = CELLS.split(row, -1);
              Set<String> uses =
                  cells[3].equals("-") ? Set.of() : new TreeSet<>(List.of(COMMA.split(cells[3])));
              for (String name : COMMA.split(cells[1].replace("`", ""))) {
                table.put(name, uses);
              }
            });
    table.replaceAll((name, uses) -> uses.equals(Set.of("all")) ? table.keySet() : uses);
    table.forEach((name, uses) -> requireKnown(name, uses, table.keySet()));
    return table;
  }

  private static List<String> rows() {
    try {
      List<String> rows =
          Files.readAllLines(FILE).stream()
              .dropWhile(line -> !line.equals(HEAD))
              .skip(2)
              .takeWhile(line -> line.startsWith("|"))
              .toList();
      if (rows.isEmpty()) {
        throw new IllegalStateException("Expected a table '" + HEAD + "' in " + FILE);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireKnown(String name, Set<String> uses, Set<String> known) {
    if (!known.containsAll(uses)) {
      throw new IllegalStateException(
          "Expected packages of the table %s in the row of '%s' in %s, found %s"
              .formatted(known, name, FILE, uses));
    }
  }
}

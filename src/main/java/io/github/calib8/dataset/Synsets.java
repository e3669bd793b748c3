package io.github.calib8.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which class a WordNet ID and, where the file says so, an ILSVRC ID stands for. */
final class Synsets {
  /** A WordNet ID, as a pattern. */
  static final String WNID = "n[0-9]{8}";

  private static final String EXPECTED =
      "'WNID words', or 'ID WNID words' or 'WNID ID words' on all lines";

  private final Path path;
  private final Map<String, Integer> classes;

  /** By ILSVRC ID; empty in a file of WordNet IDs alone. */
  private final Map<Integer, Integer> classesById;

  /** What people call each class, by class. */
  private final List<String> names;

  private Synsets(
      Path path,
      Map<String, Integer> classes,
      Map<Integer, Integer> classesById,
      List<String> names) {
    this.path = path;
    this.classes = classes;
    this.classesById = classesById;
    this.names = names;
  }

  static Synsets read(Path path) throws IOException {
    LabelFile file = LabelFile.read(path, "a synset mapping");
    Set<String> wnids = new LinkedHashSet<>();
    Map<Integer, String> wnidsById = new TreeMap<>();
    Map<String, String> words = new HashMap<>();
    for (LabelFile.Line line : file.lines()) {
      String[] fields = line.text().split("\\s+", 3);
      boolean idFirst = fields.length > 1 && fields[1].matches(WNID);
      boolean idSecond = fields.length > 1 && fields[1].matches("[0-9]+");
      String wnid = fields[idFirst ? 1 : 0];
      if (!wnid.matches(WNID)) {
        throw file.error(line, EXPECTED);
      }
      if (!wnids.add(wnid)) {
        throw file.error(line, "each WNID once");
      }
      if (idFirst || idSecond) {
        String id = fields[idFirst ? 0 : 1];
        int number = file.number(line, id, 1, file.lines().size(), "an ILSVRC ID of");
        if (wnidsById.putIfAbsent(number, wnid) != null) {
          throw file.error(line, "each ILSVRC ID once");
        }
      }
      String rest = line.text().substring(line.text().indexOf(wnid) + wnid.length()).strip();
      words.put(wnid, idSecond ? rest.replaceFirst("^[0-9]+\\s*", "") : rest);
      if (!wnidsById.isEmpty() && wnidsById.size() != wnids.size()) {
        throw file.error(line, EXPECTED);
      }
    }
    Map<String, Integer> classes = new HashMap<>();
    for (String wnid : wnidsById.isEmpty() ? wnids : new TreeSet<>(wnids)) {
      classes.put(wnid, classes.size());
    }
    Map<Integer, Integer> classesById = new HashMap<>();
    wnidsById.forEach((id, wnid) -> classesById.put(id, classOf(classes, wnid)));
    List<String> names =
        classes.entrySet().stream()
            .sorted(Map.Entry.comparingByValue())
            .map(entry -> words.getOrDefault(entry.getKey(), ""))
            .map(name -> name.replace('_', ' '))
            .toList();
    return new Synsets(path, classes, classesById, names);
  }

  private static int classOf(Map<String, Integer> classes, String wnid) {
    return classes.getOrDefault(wnid, -1);
  }

  /** The class of a WordNet ID; -1 if there is none. */
  int classOf(String wnid) {
    return classOf(classes, wnid);
  }

  int size() {
    return classes.size();
  }

  List<String> names() {
    return names;
  }

  boolean hasIds() {
    return !classesById.isEmpty();
  }

  /** The class of an ILSVRC ID of 1 to {@link #size()}. */
  int classOfId(int id) {
    return classesById.getOrDefault(id, -1);
  }

  /** Fails if an image lies in a class folder that is not its label's. */
  void checkFolder(String image, String folder, int label) {
    int found = classOf(classes, folder);
    if (folder.matches(WNID) && found != label) {
      throw new DatasetException(
          String.format(
              Locale.ROOT,
              "%s/%s: expected class %d as its label says, found %s for folder %s in %s",
              folder,
              image,
              label,
              found < 0 ? "none" : "class " + found,
              folder,
              path));
    }
  }
}

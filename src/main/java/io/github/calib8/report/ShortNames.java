package io.github.calib8.report;

import com.google.common.base.Strings;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names as labels that fit beside a plot: cut at the end, and those that would look the same in
 * front of what differs.
 */
final class ShortNames {
  private static final String CUT = "…";

  private final double most;
  private final Map<String, String> labels = new HashMap<>();

  /**
   * Shortens names.
   *
   * @param most how wide a label may be, in small letters
   */
  ShortNames(List<String> names, double most) {
    this.most = most;
    names.forEach(name -> labels.put(name, fromStart(name)));
    tellApart(new LinkedHashSet<>(names));
  }

  /** The label of one of the names. */
  String of(String name) {
    return labels.getOrDefault(name, name);
  }

  private void tellApart(Set<String> names) {
    for (Set<String> alike :
        names.stream()
            .collect(Collectors.groupingBy(this::of, Collectors.toCollection(LinkedHashSet::new)))
            .values()) {
      if (alike.size() > 1) {
        int common = alike.stream().reduce(Strings::commonPrefix).orElseThrow().length();
        alike.forEach(name -> labels.put(name, from(common, name)));
        if (alike.stream().map(this::of).distinct().count() > 1) {
          tellApart(alike);
        } else {
          number(alike);
        }
      }
    }
  }

  /** Names whose ends and differences look the same, such as many x and one x more. */
  private void number(Set<String> alike) {
    int number = 1;
    for (String name : alike) {
      String end = CUT + number++;
      labels.put(name, start(name, most - 1 - end.length()) + end);
    }
  }

  private String fromStart(String name) {
    return width(name) <= most ? name : start(name, most - 1) + CUT;
  }

  /** The end of a name if that has what is behind the position, otherwise what is behind it. */
  private String from(int position, String name) {
    if (width(name) <= most) {
      return name;
    }
    String end = reversed(start(reversed(name), most - 1));
    if (end.length() >= name.length() - position) {
      return CUT + end;
    }
    return CUT + start(name.substring(position), most - 2) + CUT;
  }

  private static String reversed(String name) {
    return new StringBuilder(name).reverse().toString();
  }

  private static String start(String name, double most) {
    double width = 0;
    int end = 0;
    while (end < name.length()) {
      int character = name.codePointAt(end);
      width += width(character);
      if (width > most) {
        break;
      }
      end += Character.charCount(character);
    }
    return name.substring(0, end);
  }

  private static double width(String name) {
    return name.codePoints().mapToDouble(ShortNames::width).sum();
  }

  /** By that of a small letter, generously: which font the reader has is not known. */
  private static double width(int character) {
    if (character > '~') {
      return 2;
    }
    return Character.isUpperCase(character) ? 1.25 : 1;
  }
}

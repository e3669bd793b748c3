package io.github.calib8.scale;

import io.github.calib8.work.Internal;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds the names that someone who mistyped one may have meant. */
@Internal
public final class SimilarNames {
  private static final int SUGGESTIONS = 3;

  private SimilarNames() {}

  /**
   * Finds the names with the smallest edit distance.
   *
   * @param name what was typed
   * @param known the names to choose from
   * @return a few of them, the nearest first, in the order of {@code known} at a tie
   */
  public static List<String> nearest(String name, Collection<String> known) {
    return known.stream()
        .sorted(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .limit(SUGGESTIONS)
        .toList();
  }

  /** Returns the Levenshtein distance: insertions, deletions and substitutions of one char each. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j - 1], diagonal));
      }
    }
    return row[b.length()];
  }
}

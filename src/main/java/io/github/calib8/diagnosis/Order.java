package io.github.calib8.diagnosis;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** How explanations are ranked. */
final class Order {
  private static final Comparator<Trial> LIKELIEST =
      Comparator.comparingDouble(Trial::logLikelihood).reversed();

  private Order() {}

  /**
   * The trials, the best explanation first: the likeliest classes; but among those within a
   * standard error of the best one, the fewest changes, as one mistake is likelier than three, and
   * of these the more usual one, which was tried first.
   *
   * <p>Source of the standard error: L. Breiman, J. H. Friedman, R. A. Olshen, C. J. Stone:
   * <i>Classification and Regression Trees</i> (1984), section 3.4.3.
   */
  static List<Trial> of(List<Trial> trials, Trial before) {
    List<Trial> sorted = trials.stream().sorted(LIKELIEST).toList();
    if (sorted.isEmpty()) {
      return sorted;
    }
    Trial best = sorted.get(0);
    Predicate<Trial> near =
        trial -> {
          double[] gains = best.gains(trial);
          return PairedGains.mean(gains) <= PairedGains.error(gains);
        };
    Comparator<Trial> fewestChanges =
        Comparator.comparingInt(trial -> before.setting().changes(trial.setting()).size());
    return Stream.concat(
            trials.stream().filter(near).sorted(fewestChanges),
            sorted.stream().filter(near.negate()))
        .toList();
  }

  /** How many at the head of ranked trials are not worse than the first one beyond chance. */
  static int level(List<Trial> ranked) {
    int level = 0;
    while (level < ranked.size() && isLevel(ranked.get(0), ranked.get(level))) {
      level++;
    }
    return level;
  }

  private static boolean isLevel(Trial first, Trial other) {
    double[] gains = first.gains(other);
    return PairedGains.mean(gains) < Explanation.LEAST_GAIN
        || PairedGains.p(gains) >= Explanation.LEAST_P;
  }
}

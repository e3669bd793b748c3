package io.github.calib8.diagnosis;

import io.github.calib8.image.Preprocessing;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Looks for one mistake after the other: tries what differs from a setting in one way, goes on from
 * what is better beyond chance, and ends where nothing is. For one thread.
 */
final class Search {
  private static final int MOST_STEPS = 3;

  private final Trials trials;
  private final Optional<Preprocessing> named;
  private final ProgressListener progress;

  /**
   * Starts.
   *
   * @param named the preprocessing that the model names itself, if it does
   */
  Search(Trials trials, Optional<Preprocessing> named, ProgressListener progress) {
    this.trials = trials;
    this.named = named;
    this.progress = progress;
  }

  /** The steps from a trial, at least one; the last one finds nothing unless there are many. */
  List<Step> steps(Trial given) {
    List<Step> steps = new ArrayList<>();
    Trial from = given;
    do {
      Ranked ranked = step(from, "step " + (steps.size() + 1), steps.isEmpty());
      steps.add(ranked.step());
      from = ranked.first();
    } while (steps.get(steps.size() - 1).found().isPresent() && steps.size() < MOST_STEPS);
    return steps;
  }

  /**
   * Tries other preprocessings with the same reading of labels, and other readings with the same
   * preprocessing.
   *
   * @param pairs whether to try both at once where neither helps alone
   */
  private Ranked step(Trial from, String phase, boolean pairs) {
    Setting setting = from.setting();
    List<Preprocessing> others = Alternatives.of(setting.preprocessing(), named);
    run(others, phase);
    List<Trial> singles = new ArrayList<>();
    for (Preprocessing other : others) {
      trials.of(new Setting(other, setting.labels())).ifPresent(singles::add);
    }
    for (LabelReading reading : trials.readings()) {
      if (!reading.equals(setting.labels())) {
        trials.of(new Setting(setting.preprocessing(), reading)).ifPresent(singles::add);
      }
    }
    Ranked ranked = Ranked.of(singles, from);
    if (!pairs || ranked.step().found().isPresent()) {
      return ranked;
    }
    Ranked more = Ranked.of(withPairs(singles, others, setting.labels()), from);
    return more.step().found().isPresent() ? more : ranked;
  }

  private List<Trial> withPairs(
      List<Trial> singles, List<Preprocessing> others, LabelReading labels) {
    List<Trial> all = new ArrayList<>(singles);
    for (Preprocessing other : others) {
      for (LabelReading reading : trials.readings()) {
        if (!reading.equals(labels)) {
          trials.of(new Setting(other, reading)).ifPresent(all::add);
        }
      }
    }
    return all;
  }

  /** Runs the model under those preprocessings that it was not run under yet. */
  private void run(List<Preprocessing> preprocessings, String phase) {
    List<Preprocessing> rest =
        preprocessings.stream().filter(other -> !trials.isKnown(other)).toList();
    int images = trials.images();
    int total = Math.multiplyExact(images, rest.size());
    for (int i = 0; i < rest.size(); i++) {
      int before = i * images;
      IntConsumer done = image -> progress.progress(new Progress(phase, before + image, total));
      done.accept(0);
      trials.run(rest.get(i), done);
    }
    if (total > 0) {
      progress.progress(new Progress(phase, total, total));
    }
  }

  /** Trials in the order of their explanations. */
  private record Ranked(Trial first, Step step) {

    static Ranked of(List<Trial> trials, Trial from) {
      List<Trial> ranked = Order.of(trials, from);
      List<Explanation> explanations =
          ranked.stream().map(trial -> Explanation.of(trial, from, ranked.size())).toList();
      Step step =
          new Step(
              from.setting(), from.right(), from.rightOfFive(), explanations, Order.level(ranked));
      return new Ranked(ranked.isEmpty() ? from : ranked.get(0), step);
    }
  }
}

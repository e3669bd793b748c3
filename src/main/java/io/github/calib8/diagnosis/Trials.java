package io.github.calib8.diagnosis;

import com.google.common.primitives.Doubles;
import io.github.calib8.dataset.BatchReader;
import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.engine.EngineException;
import io.github.calib8.evaluation.BatchScores;
import io.github.calib8.evaluation.ScoringSession;
import io.github.calib8.image.Preprocessing;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * Runs a model once for each preprocessing, and reads the labels in every way for free. For one
 * thread.
 */
final class Trials {
  private static final int TOP = 5;

  private final ScoringSession session;
  private final IntFunction<List<LabelReading>> readingsOfClasses;
  private final LoaderOptions options;
  private final ScoreFault.Search faults = new ScoreFault.Search();
  private final Map<Preprocessing, List<Trial>> made = new HashMap<>();
  private ImageBatches batches;
  private List<LabelReading> readings = List.of();
  private List<String> skipped = List.of();
  private int classes;

  /**
   * Starts.
   *
   * @param readingsOfClasses all readings of labels for a number of classes, that of labels as they
   *     are first
   */
  Trials(
      ScoringSession session,
      ImageBatches batches,
      IntFunction<List<LabelReading>> readingsOfClasses,
      LoaderOptions options) {
    this.session = session;
    this.batches = batches;
    this.readingsOfClasses = readingsOfClasses;
    this.options = options;
  }

  /**
   * Runs the preprocessing that was given, whose unreadable images no other sees either.
   *
   * @return what it gets right with labels as they are
   * @throws DatasetException if an image cannot be read, and that is an error, or none can be
   */
  Trial first(Preprocessing preprocessing, IntConsumer progress) {
    List<Trial> trials = run(preprocessing, options, faults, progress);
    batches = batches.without(new HashSet<>(skipped));
    if (trials.isEmpty()) {
      throw new DatasetException(
          "Expected at least one readable image, found none among " + skipped.size());
    }
    made.put(preprocessing, trials);
    return trials.get(0);
  }

  /**
   * Runs another preprocessing; one that cannot be applied, as a crop that is larger than an image
   * or a layout that is not the model's, gets nothing right and is no trial.
   */
  void run(Preprocessing preprocessing, IntConsumer progress) {
    LoaderOptions all = options.withUnreadable(UnreadableImages.FAIL);
    try {
      made.put(preprocessing, run(preprocessing, all, new ScoreFault.Search(), progress));
    } catch (DatasetException | IllegalArgumentException | EngineException e) {
      made.put(preprocessing, List.of());
    }
  }

  boolean isKnown(Preprocessing preprocessing) {
    return made.containsKey(preprocessing);
  }

  /** What a setting gets right, whose preprocessing was run; empty if it cannot be applied. */
  Optional<Trial> of(Setting setting) {
    return made.getOrDefault(setting.preprocessing(), List.of()).stream()
        .filter(trial -> trial.setting().equals(setting))
        .findFirst();
  }

  private List<Trial> run(
      Preprocessing preprocessing,
      LoaderOptions loading,
      ScoreFault.Search search,
      IntConsumer progress) {
    Likelihoods likelihoods = new Likelihoods();
    List<Counting> counted = new ArrayList<>();
    int done = 0;
    try (BatchReader reader = batches.withPreprocessing(preprocessing).load(loading)) {
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next()) {
          BatchScores scores = session.run(batch);
          search.add(scores);
          if (counted.isEmpty()) {
            prepare(scores.classes());
            readings.forEach(reading -> counted.add(new Counting(reading)));
          }
          int[] labels = batch.labels();
          for (int image = 0; image < labels.length; image++) {
            double[] logs = scores.logProbabilities(image);
            likelihoods.add(logs);
            for (Counting counting : counted) {
              counting.add(scores, image, labels[image], logs);
            }
          }
          done += batch.size();
          progress.accept(done);
        }
      }
      skipped = loading.unreadable() == UnreadableImages.SKIP ? reader.skipped() : skipped;
    }
    return counted.stream().map(counting -> counting.trial(preprocessing, likelihoods)).toList();
  }

  private void prepare(int found) {
    if (readings.isEmpty()) {
      classes = found;
      readings = readingsOfClasses.apply(found);
    }
  }

  /** What a preprocessing gets right with one reading of the labels. */
  private static final class Counting {
    private final LabelReading reading;
    private final BitSet top1 = new BitSet();
    private final BitSet top5 = new BitSet();
    private final List<Double> logs = new ArrayList<>();

    Counting(LabelReading reading) {
      this.reading = reading;
    }

    void add(BatchScores scores, int image, int label, double[] logsOfClasses) {
      int read = reading.classOf(label);
      int rank = read < 0 ? Integer.MAX_VALUE : scores.rank(image, read);
      top1.set(logs.size(), rank == 0);
      top5.set(logs.size(), rank < TOP);
      logs.add(read < 0 ? Doubles.min(logsOfClasses) : logsOfClasses[read]);
    }

    Trial trial(Preprocessing preprocessing, Likelihoods likelihoods) {
      return new Trial(
          new Setting(preprocessing, reading), top1, top5, likelihoods.of(Doubles.toArray(logs)));
    }
  }

  List<LabelReading> readings() {
    return readings;
  }

  int classes() {
    return classes;
  }

  int images() {
    return batches.imageCount();
  }

  List<String> skipped() {
    return skipped;
  }

  Optional<ScoreFault> scoreFault() {
    return faults.found();
  }
}

package io.github.calib8.evaluation;

import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageHashes;
import io.github.calib8.evaluation.EvaluationStatistics.SeenImage;
import io.github.calib8.work.Checkpoint;
import io.github.calib8.work.Savings;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier run has left of an evaluation, and where this one keeps what it has; both may be
 * missing. For one thread.
 */
final class SavedEvaluation {
  private final EvaluationSource source;
  private final Savings savings;
  private final @Nullable EvaluationStatistics before;
  private final List<SeenImage> planned;
  private final BatchSource rest;
  private List<CalibratedImage> calibratedImages = List.of();

  private SavedEvaluation(
      EvaluationSource source,
      Savings savings,
      @Nullable EvaluationStatistics before,
      List<SeenImage> planned,
      BatchSource rest) {
    this.source = source;
    this.savings = savings;
    this.before = before;
    this.planned = planned;
    this.rest = rest;
  }

  /**
   * Reads what is there.
   *
   * @param warnings is told when a state cannot be saved
   * @throws EvaluationException if it is damaged, or not of this source, these models, and the
   *     first of these images; the text names the file
   * @throws UncheckedIOException if the file cannot be read, or could not be written
   */
  static SavedEvaluation open(
      @Nullable Checkpoint checkpoint,
      Consumer<String> warnings,
      EvaluationSource source,
      List<PairIdentity> pairs,
      BatchSource batches) {
    List<SeenImage> planned = planned(batches);
    Savings savings = new Savings(checkpoint, warnings);
    if (checkpoint == null) {
      return new SavedEvaluation(source, savings, null, planned, batches);
    }
    try {
      WholeFile.prepare(checkpoint.file());
      ImageHashes.requireSame(checkpoint.file(), batches, warnings);
      if (!Files.exists(checkpoint.file())) {
        return new SavedEvaluation(source, savings, null, planned, batches);
      }
      EvaluationStatistics found = EvaluationStatistics.read(checkpoint.file());
      source.requireSame(found.source());
      EvaluationStatistics.requireSamePairs(pairs, found.identities());
      requireFirst(planned, found.seen());
      return new SavedEvaluation(
          source, savings, found, planned, batches.skipImages(found.seen().size()));
    } catch (IllegalArgumentException e) {
      throw new EvaluationException(
          "%s: %s; delete the file to start afresh".formatted(checkpoint.file(), e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells which images have calibrated under another name, of all. */
  void setCalibratedImages(List<CalibratedImage> all) {
    calibratedImages = List.copyOf(all);
  }

  private static List<SeenImage> planned(BatchSource batches) {
    List<String> names = batches.names();
    return IntStream.range(0, names.size())
        .mapToObj(i -> new SeenImage(names.get(i), batches.label(i)))
        .toList();
  }

  private static void requireFirst(List<SeenImage> planned, List<SeenImage> found) {
    for (int i = 0; i < found.size(); i++) {
      String expected = i < planned.size() ? describe(planned.get(i)) : "nothing more";
      if (!describe(found.get(i)).equals(expected)) {
        throw new IllegalArgumentException(
            "Expected an evaluation of the same images, the one at %s %s, found %s"
                .formatted(i, expected, describe(found.get(i))));
      }
    }
  }

  private static String describe(SeenImage image) {
    return "'%s' of class %s".formatted(image.name(), image.label());
  }

  private List<CalibratedImage> calibratedImages(List<SeenImage> images, List<String> skipped) {
    Set<String> names = images.stream().map(SeenImage::name).collect(Collectors.toSet());
    skipped.forEach(names::remove);
    return calibratedImages.stream().filter(image -> names.contains(image.measured())).toList();
  }

  /** How many images are done: the first ones. */
  int done() {
    return before == null ? 0 : before.seen().size();
  }

  /** The batches that are left. */
  BatchSource rest() {
    return rest;
  }

  /** Whether it is time to save. */
  boolean isDue() {
    return savings.isDue();
  }

  /**
   * Adds what this run has seen so far, and saves it all.
   *
   * @param pairs what this run has counted
   * @param end how many images are done, those of earlier runs included
   * @param skipped those among this run's that could not be read
   */
  EvaluationStatistics save(List<PairStatistics> pairs, int end, List<String> skipped) {
    List<SeenImage> images = planned.subList(done(), end);
    EvaluationStatistics seen =
        new EvaluationStatistics(source, images, skipped, pairs, calibratedImages(images, skipped));
    EvaluationStatistics all = before == null ? seen : before.merge(seen);
    savings.save(all::write);
    return all;
  }
}

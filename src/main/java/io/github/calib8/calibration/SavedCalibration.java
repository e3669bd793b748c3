package io.github.calib8.calibration;

import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageHashes;
import io.github.calib8.histogram.Statistic;
import io.github.calib8.histogram.TensorStatistics;
import io.github.calib8.work.Checkpoint;
import io.github.calib8.work.Savings;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier run has left of a calibration, and where this one keeps what it has; both may be
 * missing. For one thread.
 */
final class SavedCalibration {
  private final StatisticsSource source;
  private final Savings savings;
  private final @Nullable CalibrationStatistics before;
  private final BatchSource rest;

  private SavedCalibration(
      StatisticsSource source,
      Savings savings,
      @Nullable CalibrationStatistics before,
      BatchSource rest) {
    this.source = source;
    this.savings = savings;
    this.before = before;
    this.rest = rest;
  }

  /**
   * Reads what is there.
   *
   * @param warnings is told when a state cannot be saved
   * @throws CalibrationException if it is damaged, or not of this source and these images; the text
   *     names the file
   * @throws UncheckedIOException if the file cannot be read, or could not be written
   */
  static SavedCalibration open(
      @Nullable Checkpoint checkpoint,
      Consumer<String> warnings,
      StatisticsSource source,
      Set<Statistic> gathered,
      BatchSource batches) {
    Savings savings = new Savings(checkpoint, warnings);
    if (checkpoint == null) {
      return new SavedCalibration(source, savings, null, batches);
    }
    try {
      WholeFile.prepare(checkpoint.file());
      ImageHashes.requireSame(checkpoint.file(), batches, warnings);
      if (!Files.exists(checkpoint.file())) {
        return new SavedCalibration(source, savings, null, batches);
      }
      CalibrationStatistics found = CalibrationStatistics.read(checkpoint.file());
      source.requireSame(found.source());
      if (!found.gathered().equals(gathered)) {
        throw new IllegalArgumentException(
            "Expected statistics of %s, found %s".formatted(gathered, found.gathered()));
      }
      requireAmong(batches.names(), found.images());
      return new SavedCalibration(
          source, savings, found, batches.without(Set.copyOf(found.images())));
    } catch (IllegalArgumentException e) {
      throw new CalibrationException(
          "%s: %s; delete the file to start afresh".formatted(checkpoint.file(), e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireAmong(List<String> planned, List<String> found) {
    Set<String> known = new HashSet<>(planned);
    for (String image : found) {
      if (!known.contains(image)) {
        throw new IllegalArgumentException(
            "Expected statistics of the %s calibration images, found another one, '%s'"
                .formatted(planned.size(), image));
      }
    }
  }

  /** The images that are done. */
  List<String> images() {
    return before == null ? List.of() : before.images();
  }

  /** The batches that are left. */
  BatchSource rest() {
    return rest;
  }

  /** Whether it is time to save. */
  boolean isDue() {
    return savings.isDue();
  }

  /** Adds what this run has seen so far, and saves it all. */
  CalibrationStatistics save(Collection<String> images, Map<String, TensorStatistics> tensors) {
    CalibrationStatistics seen = CalibrationStatistics.of(source, images, tensors);
    CalibrationStatistics all = before == null ? seen : before.merge(seen);
    savings.save(all::write);
    return all;
  }
}

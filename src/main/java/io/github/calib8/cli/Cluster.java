package io.github.calib8.cli;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.ImageFolder;
import io.github.calib8.dataset.ImageSource;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.CalibratedImage;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizedModels;
import io.github.calib8.quantization.Target;
import io.github.calib8.spark.HadoopImages;
import io.github.calib8.spark.ParquetImages;
import io.github.calib8.spark.SparkCalibrator;
import io.github.calib8.spark.SparkEvaluator;
import io.github.calib8.spark.SparkImages;
import io.github.calib8.work.ProgressListener;
import io.github.calib8.work.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** A Spark cluster that does the work of a command. Loaded where one is asked for. */
final class Cluster implements AutoCloseable {
  /** Stands for the master that spark-submit has set. */
  private static final String SUBMITTED = "submit";

  private final SparkSession session;

  /** What the images are in, if it is Parquet. */
  private @Nullable ParquetImages parquet;

  private Cluster(SparkSession session) {
    this.session = session;
  }

  static Cluster open(String master, String name) {
    SparkSession.Builder builder = SparkSession.builder().appName("calib8 " + name);
    try {
      SparkSession session =
          (master.equals(SUBMITTED) ? builder : builder.master(master)).getOrCreate();
      // The lines between would break the progress up.
      session.sparkContext().setLogLevel("ERROR");
      return new Cluster(session);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      // Scala's methods declare no exceptions.
      if (e instanceof SparkException) {
        throw new BadInputException(
            "Expected a Spark cluster at %s, found: %s".formatted(master, e.getMessage()));
      }
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads Parquet without a cluster, into a temporary file that is as large.
   *
   * @throws DatasetException if it is none
   */
  static ImageDataset unpacked(String place) throws IOException {
    Path file = TemporaryFiles.file(".images");
    file.toFile().deleteOnExit();
    // What spark-submit says comes first.
    try (Cluster here = open(System.getProperty("spark.master", "local[1]"), "reads " + place)) {
      return ParquetImages.read(here.session, place).unpacked(file);
    }
  }

  /** The images of Parquet, whose rows the executors read. */
  ImageDataset parquet(String place) {
    ParquetImages found = ParquetImages.read(session, place);
    parquet = found;
    return found.listed();
  }

  /** The images of a folder that this machine reaches by an address, as the executors do. */
  ImageDataset listed(
      String address, @Nullable Path labels, @Nullable Path synsets, boolean labeled)
      throws IOException {
    SortedMap<String, ImageSource> files;
    try {
      files = HadoopImages.files(address);
    } catch (IOException e) {
      throw new BadInputException("Expected a folder of images at " + e.getMessage());
    }
    return labeled
        ? ImageFolder.listed(address, files, labels, synsets)
        : ImageFolder.listedUnlabeled(address, files);
  }

  private SparkImages images(ImageBatches batches) {
    return parquet == null ? SparkImages.of(session, batches) : parquet.of(batches);
  }

  CalibrationStatistics calibrate(
      OnnxModel fp32,
      Target target,
      ImageBatches images,
      UnreadableImages unreadable,
      QuantizedModels quantized,
      ProgressListener progress) {
    return SparkCalibrator.builder(session, fp32)
        .withTarget(target)
        .withUnreadableImages(unreadable)
        .withQuantizedModels(quantized)
        .withProgress(progress)
        .build()
        .collect(images(images));
  }

  List<AccuracyReport> compare(
      List<ModelPair> pairs,
      ImageBatches images,
      @Nullable ImageBatches calibrated,
      ScoreOptions scores,
      UnreadableImages unreadable,
      QuantizedModels quantized,
      ProgressListener progress) {
    SparkEvaluator.Builder evaluator =
        SparkEvaluator.builder(session)
            .withUnreadableImages(unreadable)
            .withQuantizedModels(quantized)
            .withProgress(progress);
    scores.output().ifPresent(evaluator::withOutput);
    scores.threshold().ifPresent(evaluator::withThreshold);
    List<AccuracyReport> reports = evaluator.build().compareAll(pairs, images(images));
    if (calibrated == null) {
      return reports;
    }
    // Of rows, the lengths that tell which images to compare are not known.
    List<CalibratedImage> equal = CalibratedImage.between(calibrated, images);
    return reports.stream()
        .map(
            report -> {
              Set<String> skipped = Set.copyOf(report.skipped());
              return report.toBuilder()
                  .withCalibratedImages(
                      equal.stream().filter(image -> !skipped.contains(image.measured())).toList())
                  .build();
            })
        .toList();
  }

  @Override
  public void close() {
    session.stop();
  }
}

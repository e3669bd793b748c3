package com.example;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.EvaluationStatistics;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.spark.SparkCalibrator;
import io.github.calib8.spark.SparkEvaluator;
import io.github.calib8.spark.SparkImages;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Compares what a cluster and what this process finds of the same images; fails if they differ. */
public final class SameOnACluster {
  private static final int BATCH = 25;
  private static final int CALIBRATING = 8;
  private static final int MEASURING = 8;
  private static final Preprocessing PREPROCESSING =
      Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);

  private final SparkSession session;
  private final Path folder;
  private final OnnxModel fp32;
  private final OnnxModel int8;
  private final ImageBatches images;
  private final CalibrationStatistics statistics;
  private final EvaluationStatistics measured;

  private SameOnACluster(SparkSession session, Path data, String network, Path folder)
      throws IOException {
    this.session = session;
    this.folder = folder;
    this.fp32 = OnnxModel.read(data.resolve("networks/" + network + ".onnx"));
    this.images =
        Ilsvrc2012.validation(data.resolve("ILSVRC2012_img_val.tar"), data.resolve("val.txt"))
            .batches(BATCH, PREPROCESSING)
            .first(CALIBRATING + MEASURING);
    this.statistics = Calibrator.builder(fp32).build().collect(images.first(CALIBRATING));
    this.int8 = quantized(statistics);
    this.measured =
        Evaluator.builder()
            .withThreads(1)
            .build()
            .collect(List.of(pair(int8)), images.skip(CALIBRATING));
  }

  /**
   * Runs it.
   *
   * @param arguments the folder of the networks and images, a network, an empty folder
   * @throws IOException if a file cannot be read or written
   * @throws ReflectiveOperationException if the documented program is not there
   */
  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    try (SparkSession session = SparkSession.builder().getOrCreate()) {
      SameOnACluster run =
          new SameOnACluster(session, Path.of(arguments[0]), arguments[1], Path.of(arguments[2]));
      run.listedImages();
      run.rows();
      run.unreadableImages();
      run.warnings();
      // The program of the documentation.
      ((Runnable) Class.forName("com.example.Snippet").getConstructor().newInstance()).run();
    }
    System.out.println("the same");
  }

  private void listedImages() {
    SparkImages listed = SparkImages.of(session, images);
    for (int parts : List.of(1, 3, 17)) {
      compare("listed, parts: " + parts, listed.withPartitions(parts), progress -> {});
    }
    AtomicBoolean killedCalibrating = new AtomicBoolean();
    AtomicBoolean killedEvaluating = new AtomicBoolean();
    compare(
        "an executor killed",
        listed.withPartitions(CALIBRATING),
        progress -> {
          AtomicBoolean killed =
              progress.phase().equals("calibration") ? killedCalibrating : killedEvaluating;
          if (progress.done() > 0 && progress.done() < progress.total() && !killed.get()) {
            killed.set(kill());
          }
        });
    require(
        "killed", List.of(true, true), List.of(killedCalibrating.get(), killedEvaluating.get()));
  }

  /** As {@code kill -9} does. */
  private static boolean kill() {
    Optional<ProcessHandle> executor =
        ProcessHandle.current()
            .descendants()
            .filter(
                process ->
                    process
                        .info()
                        .commandLine()
                        .orElse("")
                        .contains("CoarseGrainedExecutorBackend"))
            .findFirst();
    System.out.println("killing " + executor.map(ProcessHandle::pid));
    return executor.map(ProcessHandle::destroyForcibly).orElse(false);
  }

  private void rows() throws IOException {
    String parquet = folder.resolve("images.parquet").toString();
    shuffled().write().parquet(parquet);
    Dataset<Row> rows =
        session
            .read()
            .parquet(parquet)
            .selectExpr("image.path AS name", "label", "image.bytes AS bytes");
    compare(
        "Parquet", SparkImages.of(rows, BATCH, PREPROCESSING).withPartitions(17), progress -> {});
    Path files = Files.createDirectory(folder.resolve("files"));
    List<Row> labels = new ArrayList<>();
    for (LabeledImage image : images.images()) {
      Files.write(files.resolve(image.name()), image.open().readAllBytes());
      labels.add(RowFactory.create(image.name(), image.label()));
    }
    Dataset<Row> table =
        session.createDataFrame(
            labels,
            new StructType().add("name", DataTypes.StringType).add("label", DataTypes.IntegerType));
    Dataset<Row> binary =
        session
            .read()
            .format("binaryFile")
            .load(files.toString())
            .selectExpr("regexp_extract(path, '[^/]+$', 0) AS name", "content AS bytes")
            .join(table, "name");
    compare("binaryFile", SparkImages.of(binary, BATCH, PREPROCESSING), progress -> {});
  }

  /** As Hugging Face keeps images, in no order. */
  private Dataset<Row> shuffled() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (LabeledImage image : images.images()) {
      Row encoded = RowFactory.create(image.open().readAllBytes(), image.name());
      rows.add(RowFactory.create(encoded, (long) image.label()));
    }
    Collections.shuffle(rows, new Random(1));
    StructType image =
        new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
    StructType schema = new StructType().add("image", image).add("label", DataTypes.LongType);
    return session.createDataFrame(rows, schema).repartition(5, functions.rand(1));
  }

  private void unreadableImages() {
    List<LabeledImage> some = new ArrayList<>(images.images().subList(0, 3 * BATCH));
    some.set(30, LabeledImage.of("broken.JPEG", 0, new byte[] {1, 2, 3}));
    ImageBatches broken = ImageDataset.of(some).batches(BATCH, PREPROCESSING);
    SparkImages sent = SparkImages.of(session, broken).withPartitions(3);
    try {
      SparkCalibrator.builder(session, fp32).build().collect(sent);
      throw new IllegalStateException("Expected an error of broken.JPEG, found none");
    } catch (DatasetException e) {
      require("message", true, String.valueOf(e.getMessage()).startsWith("broken.JPEG: expected"));
    }
    CalibrationStatistics skipped =
        SparkCalibrator.builder(session, fp32)
            .withUnreadableImages(UnreadableImages.SKIP)
            .build()
            .collect(sent);
    require(
        "skipped",
        Calibrator.builder(fp32)
            .withUnreadableImages(UnreadableImages.SKIP)
            .build()
            .collect(broken),
        skipped);
    require("images", 3 * BATCH - 1, skipped.images().size());
  }

  /** The driver's listener hears of another preprocessing, as that of one machine does. */
  private void warnings() {
    ImageBatches others =
        ImageDataset.of(images.skip(CALIBRATING).images().subList(0, BATCH))
            .batches(BATCH, Preprocessing.caffe().withResize(Resize.shorterSide(72)).withCrop(64));
    List<String> expected = new ArrayList<>();
    Evaluator.builder()
        .withThreads(1)
        .withProgress(to(expected))
        .build()
        .collect(List.of(pair(int8)), others);
    List<String> found = new ArrayList<>();
    SparkEvaluator.builder(session)
        .withProgress(to(found))
        .build()
        .collect(List.of(pair(int8)), SparkImages.of(session, others));
    require("warnings", expected, found);
    require("a warning of the calibration", false, found.isEmpty());
  }

  private static ProgressListener to(List<String> warnings) {
    return new ProgressListener() {
      @Override
      public void progress(Progress progress) {}

      @Override
      public void warning(String warning) {
        warnings.add(warning);
      }
    };
  }

  private void compare(String title, SparkImages sent, ProgressListener listener) {
    long start = System.nanoTime();
    CalibrationStatistics found =
        SparkCalibrator.builder(session, fp32)
            .withProgress(listener)
            .build()
            .collect(sent.first(CALIBRATING));
    long middle = System.nanoTime();
    require(title + ": statistics", true, Arrays.equals(statistics.toBytes(), found.toBytes()));
    OnnxModel made = quantized(found);
    require(title + ": INT8", true, Arrays.equals(int8.toBytes(), made.toBytes()));
    long between = System.nanoTime();
    EvaluationStatistics compared =
        SparkEvaluator.builder(session)
            .withProgress(listener)
            .build()
            .collect(List.of(pair(made)), sent.skip(CALIBRATING));
    require(title + ": figures", figures(measured), figures(compared));
    System.out.printf(
        "%s: calibration %.1f s, evaluation %.1f s%n",
        title, (middle - start) / 1e9, (System.nanoTime() - between) / 1e9);
  }

  private OnnxModel quantized(CalibrationStatistics seen) {
    return Quantizer.forCpu().quantize(fp32, seen.toTable(CalibrationMethod.entropy()));
  }

  private ModelPair pair(OnnxModel quantized) {
    return new ModelPair(fp32.name(), fp32, quantized);
  }

  /** All but the throughput. */
  private static List<Object> figures(EvaluationStatistics found) {
    AccuracyReport report = found.reports().get(0);
    return List.of(
        found.images(),
        report.images(),
        report.fp32().top1(),
        report.fp32().top5(),
        report.int8().top1(),
        report.int8().top5(),
        report.onlyFp32(),
        report.onlyInt8(),
        report.agreeing(),
        report.meanKl(),
        report.skipped(),
        report.changed(),
        report.classes(),
        report.environment());
  }

  private static void require(String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new IllegalStateException("%s: expected %s, found %s".formatted(what, expected, found));
    }
  }
}

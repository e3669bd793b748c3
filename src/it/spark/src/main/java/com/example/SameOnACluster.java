package com.example;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.cli.Main;
import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.dataset.WebDataset;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.EvaluationStatistics;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.rounding.WeightRounder;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.spark.MergePolicy;
import io.github.calib8.spark.SparkCalibrator;
import io.github.calib8.spark.SparkEvaluator;
import io.github.calib8.spark.SparkImages;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Compares what a cluster and what this process finds of the same images; fails if they differ. */
public final class SameOnACluster {
  private static final int BATCH = 5;

  /** As many batches as the most parts. */
  private static final int CALIBRATING = 17;

  private static final int MEASURING = 17;
  private static final String BROKEN = "ILSVRC2012_val_broken.JPEG";
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
   * @param arguments the folder of the networks and images, the networks with commas between, an
   *     empty folder
   * @throws IOException if a file cannot be read or written
   * @throws ReflectiveOperationException if the documented program is not there
   */
  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    Path data = Path.of(arguments[0]);
    Path folder = Path.of(arguments[2]);
    SameOnACluster run = null;
    try (TwoHosts cluster = new TwoHosts(folder.resolve("workers"));
        SparkSession session = SparkSession.builder().master(cluster.master()).getOrCreate()) {
      for (String network : arguments[1].split(",")) {
        run =
            new SameOnACluster(
                session, data, network, Files.createDirectory(folder.resolve(network)));
        run.listedImages();
        run.speculation();
        run.rows();
      }
      run.severalModels();
      run.anotherNumberOfCores();
      run.shards();
      run.unreadableImages();
      run.warnings();
      // The program of the documentation.
      ((Runnable) Class.forName("com.example.Snippet").getConstructor().newInstance()).run();
    }
    // The one above has ended.
    try (SparkSession other = SparkSession.builder().master("local[1]").getOrCreate()) {
      run.imagesOfAnotherCluster(other);
    }
    run.commands(data);
    System.out.println("the same");
  }

  private void listedImages() throws IOException {
    SparkImages listed = SparkImages.of(session, images);
    for (int parts : List.of(1, 3, 17)) {
      compare("listed, parts: " + parts, listed.withPartitions(parts), progress -> {});
    }
    Map<String, Path> killed =
        Map.of(
            "calibration", folder.resolve("killed-calibrating"),
            "evaluation", folder.resolve("killed-evaluating"));
    List<LabeledImage> held = new ArrayList<>(images.images());
    hold(held, CALIBRATING * BATCH - 1, killed.get("calibration"));
    hold(held, held.size() - 1, killed.get("evaluation"));
    compare(
        "an executor killed",
        SparkImages.of(session, ImageDataset.of(held).batches(BATCH, PREPROCESSING))
            .withPartitions(CALIBRATING),
        progress -> {
          Path file = killed.get(progress.phase());
          if (progress.done() > 0 && !Files.exists(file) && kill()) {
            create(file);
          }
        });
    require("killed", List.of(true, true), killed.values().stream().map(Files::exists).toList());
  }

  private static void hold(List<LabeledImage> images, int index, Path happened) throws IOException {
    LabeledImage image = images.get(index);
    images.set(
        index,
        LabeledImage.of(
            image.name(),
            image.label(),
            new HeldImage(image.open().readAllBytes(), happened.toString())));
  }

  private static void create(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /** One job for two networks, whose images are read once. */
  private void severalModels() {
    OnnxModel other = OnnxModel.parse(fp32.toBytes(), "other");
    SparkImages sent = SparkImages.of(session, images).withPartitions(3);
    List<CalibrationStatistics> found =
        SparkCalibrator.builder(session, List.of(fp32, other))
            .build()
            .collectAll(sent.first(CALIBRATING));
    require("models", 2, found.size());
    require(
        "the first of two models",
        true,
        Arrays.equals(statistics.toBytes(), found.get(0).toBytes()));
    require(
        "the second of two models",
        true,
        Arrays.equals(
            Calibrator.builder(other).build().collect(images.first(CALIBRATING)).toBytes(),
            found.get(1).toBytes()));
    Set<String> groups =
        SparkCalibrator.builder(session, fp32)
            .withMergePolicy(MergePolicy.GROUP)
            .build()
            .collectGroups(sent.first(1))
            .keySet();
    require("groups", 1, groups.size());
    require("a processor's name", false, groups.contains(""));
  }

  /** A task that does not end before another executor has begun it, too: each image counts once. */
  private void speculation() throws IOException {
    for (String phase : List.of("calibration", "evaluation")) {
      boolean calibrates = phase.equals("calibration");
      ImageBatches some =
          calibrates ? images.first(CALIBRATING) : images.skip(CALIBRATING).first(MEASURING);
      List<LabeledImage> slow = new ArrayList<>(some.images());
      LabeledImage last = slow.get(slow.size() - 1);
      Path readings = Files.createDirectory(folder.resolve(phase));
      slow.set(
          slow.size() - 1,
          LabeledImage.of(
              last.name(),
              last.label(),
              new SlowImage(last.open().readAllBytes(), readings.toString())));
      SparkImages sent =
          SparkImages.of(session, ImageDataset.of(slow).batches(BATCH, PREPROCESSING))
              .withPartitions(CALIBRATING);
      Attempts attempts = new Attempts();
      session.sparkContext().addSparkListener(attempts);
      if (calibrates) {
        require(
            "statistics, a task twice",
            true,
            Arrays.equals(
                statistics.toBytes(),
                SparkCalibrator.builder(session, fp32).build().collect(sent).toBytes()));
      } else {
        require(
            "figures, a task twice",
            figures(measured),
            figures(SparkEvaluator.builder(session).build().collect(List.of(pair(int8)), sent)));
      }
      session.sparkContext().removeSparkListener(attempts);
      System.out.printf("%s: %s speculative task(s)%n", phase, attempts.speculative.get());
      require(phase + " ran a task twice", true, attempts.speculative.get() > 0);
      require(phase + " read twice", true, Files.exists(readings.resolve("second")));
    }
  }

  /** Counts the tasks that Spark ran beside one that was slow. */
  private static final class Attempts extends SparkListener {
    private final AtomicInteger speculative = new AtomicInteger();

    @Override
    public void onTaskStart(SparkListenerTaskStart task) {
      if (task.taskInfo().speculative()) {
        speculative.incrementAndGet();
      }
    }
  }

  /** The number of parts follows the cores, which may be others at any moment of a run. */
  private void anotherNumberOfCores() {
    AtomicBoolean done = new AtomicBoolean();
    Thread cluster =
        new Thread(
            () -> {
              for (int cores = 1; !done.get(); cores = cores % 3 + 1) {
                session.sparkContext().conf().set("spark.default.parallelism", "" + cores);
              }
            });
    cluster.start();
    try {
      compare("another number of cores", SparkImages.of(session, images), progress -> {});
    } finally {
      done.set(true);
      session.sparkContext().conf().remove("spark.default.parallelism");
    }
  }

  private void imagesOfAnotherCluster(SparkSession other) {
    SparkImages ofOther = SparkImages.of(session, images.first(1));
    for (Runnable run :
        List.<Runnable>of(
            () -> SparkCalibrator.builder(other, fp32).build().collect(ofOther),
            () -> SparkEvaluator.builder(other).build().compare(fp32, fp32, ofOther))) {
      try {
        run.run();
        throw new IllegalStateException("Expected an error of another cluster's images");
      } catch (IllegalArgumentException e) {
        require(
            "message",
            "Expected images of the same cluster's session, found another's",
            e.getMessage());
      }
    }
  }

  /** The same images as shards, plain and gzipped. */
  private void shards() throws IOException {
    for (String suffix : List.of(".tar", ".tar.gz")) {
      Path shards = Files.createDirectory(folder.resolve("shards" + suffix));
      List<LabeledImage> all = images.images();
      for (int shard = 0; shard < 2; shard++) {
        shard(
            shards.resolve("val-" + shard + suffix),
            all.subList(shard * all.size() / 2, (shard + 1) * all.size() / 2));
      }
      compare(
          "shards, " + suffix,
          SparkImages.of(session, WebDataset.read(shards).batches(BATCH, PREPROCESSING)),
          progress -> {});
    }
  }

  private static void shard(Path file, List<LabeledImage> images) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        OutputStream packed = file.toString().endsWith("gz") ? new GZIPOutputStream(out) : out) {
      for (LabeledImage image : images) {
        entry(packed, image.name(), image.open().readAllBytes());
        entry(
            packed,
            image.name().replace(".JPEG", ".cls"),
            Integer.toString(image.label()).getBytes(StandardCharsets.US_ASCII));
      }
      packed.write(new byte[1024]);
    }
  }

  /** An entry of a tar: name, size and checksum are all that anybody reads. */
  private static void entry(OutputStream tar, String name, byte[] content) throws IOException {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar");
    put(header, 263, "00");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, 148, "%06o".formatted(sum));
    header[154] = 0;
    tar.write(header);
    tar.write(content);
    tar.write(new byte[(512 - content.length % 512) % 512]);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private void rows() throws IOException {
    String parquet = folder.resolve("images.parquet").toString();
    rows(images.images()).write().parquet(parquet);
    Dataset<Row> rows = named(session.read().parquet(parquet));
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

  private static Dataset<Row> named(Dataset<Row> rows) {
    return rows.selectExpr("image.path AS name", "label", "image.bytes AS bytes");
  }

  private Dataset<Row> huggingFace(List<LabeledImage> some) throws IOException {
    return named(rows(some));
  }

  /** As Hugging Face keeps images, in no order. */
  private Dataset<Row> rows(List<LabeledImage> some) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (LabeledImage image : some) {
      Row encoded = RowFactory.create(image.open().readAllBytes(), image.name());
      rows.add(RowFactory.create(encoded, (long) image.label()));
    }
    Collections.shuffle(rows, new Random(1));
    StructType image =
        new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
    StructType schema = new StructType().add("image", image).add("label", DataTypes.LongType);
    return session.createDataFrame(rows, schema).repartition(5, functions.rand(1));
  }

  /** One that is no image, in every kind of place. */
  private void unreadableImages() throws IOException {
    List<LabeledImage> some = new ArrayList<>(images.images().subList(0, 3 * BATCH - 1));
    some.add(LabeledImage.of(BROKEN, 0, new byte[] {1, 2, 3}));
    ImageBatches broken = ImageDataset.of(some).batches(BATCH, PREPROCESSING);
    unreadable("listed", broken, SparkImages.of(session, broken));
    unreadable("rows", broken, SparkImages.of(huggingFace(some), BATCH, PREPROCESSING));
    List<LabeledImage> empty = new ArrayList<>(some.subList(0, some.size() - 1));
    empty.add(LabeledImage.of(BROKEN, 0, new byte[0]));
    unreadable(
        "rows without bytes",
        ImageDataset.of(empty).batches(BATCH, PREPROCESSING),
        SparkImages.of(
            huggingFace(some)
                .withColumn(
                    "bytes",
                    functions.when(functions.col("name").notEqual(BROKEN), functions.col("bytes"))),
            BATCH,
            PREPROCESSING));
    Path shards = Files.createDirectory(folder.resolve("shards of broken ones"));
    shard(shards.resolve("val-0.tar"), some);
    unreadable(
        "a shard",
        broken,
        SparkImages.of(session, WebDataset.read(shards).batches(BATCH, PREPROCESSING)));
  }

  private void unreadable(String title, ImageBatches broken, SparkImages images) {
    SparkImages sent = images.withPartitions(3);
    SparkCalibrator.Builder calibrator = SparkCalibrator.builder(session, fp32);
    SparkEvaluator.Builder evaluator = SparkEvaluator.builder(session);
    for (Runnable run :
        List.<Runnable>of(
            () -> calibrator.build().collect(sent),
            () -> evaluator.build().collect(List.of(pair(fp32)), sent))) {
      try {
        run.run();
        throw new IllegalStateException(title + ": expected an error, found none");
      } catch (DatasetException e) {
        require(
            title + ": " + e.getMessage(),
            true,
            String.valueOf(e.getMessage()).startsWith(BROKEN + ": expected"));
      }
    }
    require(
        title + ": skipped, statistics",
        Calibrator.builder(fp32)
            .withUnreadableImages(UnreadableImages.SKIP)
            .build()
            .collect(broken),
        calibrator.withUnreadableImages(UnreadableImages.SKIP).build().collect(sent));
    EvaluationStatistics skipped =
        evaluator
            .withUnreadableImages(UnreadableImages.SKIP)
            .build()
            .collect(List.of(pair(fp32)), sent);
    require(title + ": skipped", List.of(BROKEN), skipped.reports().get(0).skipped());
    require(title + ": measured", 3L * BATCH - 1, skipped.reports().get(0).images());
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

  /** Parquet and a folder's address with a cluster, Parquet without: a file's bytes each. */
  private void commands(Path data) throws IOException {
    ImageBatches calibrating = ImageDataset.of(images.images()).batches(25, PREPROCESSING).first(2);
    CalibrationTable table = Calibrator.builder(fp32).build().calibrate(calibrating);
    Path expectedTable = folder.resolve("expected.json");
    table.write(expectedTable);
    Quantizer quantizer = Quantizer.forCpu();
    OnnxModel expected =
        quantizer.quantize(
            fp32,
            WeightRounder.builder(fp32)
                .build()
                .round(quantizer.plan(fp32, table), calibrating)
                .plan());
    String parquet = folder.resolve("images.parquet").toString();
    String address = folder.resolve("files").toUri().toString();
    for (List<String> which :
        List.of(
            List.of("--images", parquet, "--spark", "submit"),
            List.of("--images", address, "--labels", data + "/val.txt", "--spark", "submit"),
            List.of("--images", parquet))) {
      Path out = folder.resolve("out.onnx");
      Path outTable = folder.resolve("out.json");
      List<String> command = new ArrayList<>();
      command.addAll(List.of("quantize", "--model"));
      command.add(data.resolve("networks/" + fp32.name() + ".onnx").toString());
      command.addAll(List.of("--preprocess", "torchvision", "--resize", "short:72"));
      command.addAll(List.of("--crop", "64", "--calibration-batches", "2"));
      command.addAll(List.of("--out", out.toString(), "--table", outTable.toString()));
      command.addAll(which);
      // Ends the process unless all is well.
      Main.main(command.toArray(String[]::new));
      require(which + ": table", -1L, Files.mismatch(expectedTable, outTable));
      require(which + ": INT8", true, Arrays.equals(expected.toBytes(), Files.readAllBytes(out)));
      Files.delete(out);
      Files.delete(outTable);
    }
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

package io.github.calib8.jmh;

import com.sun.management.OperatingSystemMXBean;
import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.engine.ActivationProbe;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.networks.Architecture;
import io.github.calib8.networks.NetworkSpec;
import io.github.calib8.onnx.OnnxModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What calibration costs beside plain FP32 inference of the same images, which is the stock model
 * at the engine's full optimization.
 *
 * <p>The two take turns. Each decodes the images and loads the model anew; of plain inference both
 * ways to use n cores take part, n runs of one engine thread and one run of n, and the faster
 * counts. Processor time is that of all threads of the process, and so the steadier figure on a
 * busy machine; there the fastest calibration by the fastest inference, which other programs
 * disturbed least, says more than the median of the repeats' ratios.
 */
@Command(name = "CalibrationCost", mixinStandardHelpOptions = true)
public final class CalibrationCost implements Callable<Integer> {
  private static final int BATCH = 8; // plain inference is not faster with larger ones
  private static final double NANOS = 1e9;

  @Parameters(arity = "0..*", description = "networks by name or ONNX file; all seven by default")
  private List<String> models = Architecture.classic().stream().map(Architecture::id).toList();

  @Option(names = "--images", description = "folder of images at least as large as the input")
  private @Nullable Path folder;

  @Option(names = "--count", description = "images in a run; default ${DEFAULT-VALUE}")
  private int count = 64;

  @Option(names = "--threads", description = "default ${DEFAULT-VALUE}")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--repeats", description = "after a first one; default ${DEFAULT-VALUE}")
  private int repeats = 5;

  /** Processor and wall time in seconds. */
  private record Time(double processor, double wall) {
    static Time of(Runnable work) {
      OperatingSystemMXBean system =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
      long processor = system.getProcessCpuTime();
      long wall = System.nanoTime();
      work.run();
      return new Time(
          (system.getProcessCpuTime() - processor) / NANOS, (System.nanoTime() - wall) / NANOS);
    }
  }

  private CalibrationCost() {}

  /**
   * Prints a row for each network.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new CalibrationCost()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    System.out.printf(
        "%d images, %d threads, %d repeats; calibration / plain FP32: median (least - greatest)%n",
        count, threads, repeats);
    System.out.printf(
        "%-16s %-20s %-9s %-20s %-9s %-22s %s%n",
        "network",
        "processor time",
        "fastest",
        "wall time",
        "fastest",
        "plain ms an image",
        "search s");
    for (String name : models) {
      OnnxModel model =
          name.endsWith(".onnx") ? OnnxModel.read(Path.of(name)) : seeded(name).toModel();
      measure(model);
    }
    return 0;
  }

  private static NetworkSpec seeded(String name) {
    return Architecture.classic().stream()
        .filter(network -> network.id().equals(name))
        .findFirst()
        .map(NetworkSpec::of)
        .orElseThrow(() -> new IllegalArgumentException("Expected a network, found " + name));
  }

  private void measure(OnnxModel model) throws IOException {
    int edge = Math.toIntExact(model.input().dims().get(2));
    Preprocessing preprocessing =
        Preprocessing.caffe().toBuilder().withResize(Resize.none()).withCrop(edge).build();
    ImageBatches batches = images(edge).first(count).batches(BATCH, preprocessing);
    Calibrator calibrator = Calibrator.builder(model).withThreads(threads).build();

    Repeats processor = new Repeats(repeats);
    Repeats wall = new Repeats(repeats);
    double[] search = new double[repeats];
    for (int i = -1; i < repeats; i++) {
      CalibrationStatistics[] seen = new CalibrationStatistics[1];
      Time parallel = Time.of(() -> infer(model, batches, threads, 1));
      Time calibration = Time.of(() -> seen[0] = calibrator.collect(batches));
      Time split = Time.of(() -> infer(model, batches, 1, threads));
      Time chosen = Time.of(() -> seen[0].toTable(CalibrationMethod.entropy()));
      if (i >= 0) {
        processor.set(i, calibration.processor, Math.min(parallel.processor, split.processor));
        wall.set(i, calibration.wall, Math.min(parallel.wall, split.wall));
        search[i] = chosen.processor;
      }
    }
    double[] plain = Arrays.stream(processor.plain).map(s -> s * 1000 / count).toArray();
    System.out.printf(
        "%-16s %-20s %-9.2f %-20s %-9.2f %-22s %s%n",
        model.name(),
        spread(processor.ratios()),
        processor.fastestRatio(),
        spread(wall.ratios()),
        wall.fastestRatio(),
        spread(plain),
        spread(search));
  }

  /** Seconds of calibration and of plain inference, turn by turn. */
  private record Repeats(double[] calibration, double[] plain) {
    Repeats(int count) {
      this(new double[count], new double[count]);
    }

    void set(int repeat, double calibrationTime, double plainTime) {
      calibration[repeat] = calibrationTime;
      plain[repeat] = plainTime;
    }

    double[] ratios() {
      return IntStream.range(0, plain.length).mapToDouble(i -> calibration[i] / plain[i]).toArray();
    }

    double fastestRatio() {
      return Arrays.stream(calibration).min().orElseThrow()
          / Arrays.stream(plain).min().orElseThrow();
    }
  }

  private static String spread(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return "%.2f (%.2f - %.2f)"
        .formatted(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }

  /** The user's model, as it is, on all images. */
  private void infer(OnnxModel model, ImageBatches batches, int runs, int engineThreads) {
    EngineOptions engine = EngineOptions.defaults().withThreads(engineThreads);
    ExecutorService pool = Executors.newFixedThreadPool(runs);
    try (ObservedSession session = ObservedSession.open(model, engine);
        BatchLoader loader = batches.load(LoaderOptions.defaults().withThreads(threads))) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        workers.add(pool.submit(() -> infer(session, loader)));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      pool.shutdown();
    }
  }

  private static void infer(ObservedSession session, BatchLoader loader) {
    try (ActivationProbe probe = session.probe()) {
      while (true) {
        ImageBatch batch;
        synchronized (loader) {
          if (!loader.hasNext()) {
            return;
          }
          batch = loader.next();
        }
        try (batch) {
          probe.run(batch.tensor());
        }
      }
    }
  }

  private ImageDataset images(int edge) throws IOException {
    if (folder == null) {
      return ImageDataset.of(
          IntStream.range(0, count)
              .mapToObj(i -> LabeledImage.of("image " + i, 0, jpeg(edge, i)))
              .toList());
    }
    try (Stream<Path> files = Files.list(folder)) {
      return ImageDataset.of(files.sorted().map(file -> LabeledImage.of(file, 0)).toList());
    }
  }

  /** A smooth picture with some noise. */
  private static byte[] jpeg(int edge, int seed) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(edge, edge, BufferedImage.TYPE_INT_RGB);
    double[] waves = random.doubles(6, 0, 0.1).toArray();
    for (int y = 0; y < edge; y++) {
      for (int x = 0; x < edge; x++) {
        int color = 0;
        for (int channel = 0; channel < 3; channel++) {
          double wave = Math.sin(x * waves[channel]) * Math.cos(y * waves[channel + 3]);
          color = color << 8 | (int) (128 + 100 * wave + random.nextInt(28));
        }
        image.setRGB(x, y, color);
      }
    }
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, "jpeg", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.github.calib8.jmh;

import com.sun.management.OperatingSystemMXBean;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.evaluation.CalibrationImages;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.networks.Architecture;
import io.github.calib8.networks.NetworkSpec;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether evaluation keeps all cores at work: its wall time beside that of inference alone plus the
 * processor time of decoding and preprocessing over the cores. Above 1 is waste. The same ratio of
 * processor time alone is the steadier figure on a busy machine: what concurrency itself costs.
 *
 * <p>INT8 AlexNet at full size takes both places of the pair, so that decoding weighs as much as it
 * can. The three measurements take turns, and each includes what it takes to open the models.
 */
@Command(name = "EvaluationCost", mixinStandardHelpOptions = true)
public final class EvaluationCost implements Callable<Integer> {
  private static final double NANOS = 1e9;

  @Option(names = "--count", description = "images in a run; default ${DEFAULT-VALUE}")
  private int count = 600;

  @Option(names = "--batch", description = "images in a batch; default ${DEFAULT-VALUE}")
  private int batch = 25;

  @Option(names = "--threads", description = "and cores; default ${DEFAULT-VALUE}")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--repeats", description = "after a first one; default ${DEFAULT-VALUE}")
  private int repeats = 7;

  private EvaluationCost() {}

  /**
   * Prints the ratio.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new EvaluationCost()).execute(args));
  }

  @Override
  public Integer call() {
    Preprocessing preprocessing = Preprocessing.caffe().withCrop(227);
    // A file for every 20 images: the drawing takes longer than everything else.
    List<byte[]> files =
        IntStream.range(0, 20).mapToObj(seed -> Photo.jpeg(500, 375, seed)).toList();
    ImageBatches images =
        ImageDataset.of(
                IntStream.range(0, count)
                    .mapToObj(i -> LabeledImage.of("image " + i, i % 1000, files.get(i % 20)))
                    .toList())
            .batches(batch, preprocessing);
    OnnxModel fp32 = NetworkSpec.of(Architecture.ALEXNET).toModel();
    OnnxModel int8 =
        Quantizer.forCpu()
            .quantize(fp32, Calibrator.builder(fp32).build().calibrate(images.first(1)));
    Evaluator evaluator =
        Evaluator.builder()
            .withThreads(threads)
            .withCalibrationImages(CalibrationImages.ALLOW)
            .build();

    System.out.printf(
        "%d images in batches of %d, %d threads; wall (processor) seconds%n%n%-18s %-18s %-10s %s%n",
        count, batch, threads, "evaluation", "inference", "images", "ratio");
    List<Run> runs = new ArrayList<>();
    for (int i = -1; i < repeats; i++) {
      Run run =
          new Run(
              Time.of(() -> evaluator.compare(int8, int8, images)),
              inference(int8, images),
              decoding(images));
      if (i >= 0) {
        runs.add(run);
        print("", run);
      }
    }
    print("of the medians", Run.of(runs, EvaluationCost::median));
    print("of the least", Run.of(runs, times -> times.min().orElseThrow()));
    return 0;
  }

  /** Wall and processor time in seconds. */
  private record Time(double wall, double processor) {
    static Time of(Runnable work) {
      OperatingSystemMXBean system =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
      long processor = system.getProcessCpuTime();
      long wall = System.nanoTime();
      work.run();
      return new Time(
          (System.nanoTime() - wall) / NANOS, (system.getProcessCpuTime() - processor) / NANOS);
    }

    static Time of(List<Time> times, ToDoubleFunction<DoubleStream> chosen) {
      return new Time(
          chosen.applyAsDouble(times.stream().mapToDouble(Time::wall)),
          chosen.applyAsDouble(times.stream().mapToDouble(Time::processor)));
    }
  }

  /** Evaluation and inference, and the processor time of images. */
  private record Run(Time evaluation, Time inference, double images) {
    static Run of(List<Run> runs, ToDoubleFunction<DoubleStream> chosen) {
      return new Run(
          Time.of(runs.stream().map(Run::evaluation).toList(), chosen),
          Time.of(runs.stream().map(Run::inference).toList(), chosen),
          chosen.applyAsDouble(runs.stream().mapToDouble(Run::images)));
    }
  }

  private void print(String what, Run run) {
    System.out.printf(
        "%7.3f (%7.3f)  %7.3f (%7.3f)  %7.3f  %7.3f (%.3f) %s%n",
        run.evaluation.wall,
        run.evaluation.processor,
        run.inference.wall,
        run.inference.processor,
        run.images,
        run.evaluation.wall / (run.inference.wall + run.images / threads),
        run.evaluation.processor / (run.inference.processor + run.images),
        what);
  }

  private static double median(DoubleStream times) {
    double[] sorted = times.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** Both models on batches that lie ready. */
  private Time inference(OnnxModel model, ImageBatches images) {
    EngineOptions options = EngineOptions.defaults().withThreads(threads);
    List<ImageBatch> ready = new ArrayList<>();
    try (BatchLoader loader = images.first(4).load()) {
      loader.forEachRemaining(ready::add);
    }
    try {
      return Time.of(
          () -> {
            try (InferenceSession first = InferenceSession.open(model, options);
                InferenceSession second = InferenceSession.open(model, options)) {
              for (int i = 0; i < images.batchCount(); i++) {
                ImageBatch batch = ready.get(i % ready.size());
                first.run(batch.tensor()).close();
                second.run(batch.tensor()).close();
              }
            }
          });
    } finally {
      ready.forEach(ImageBatch::close);
    }
  }

  /** Processor time of the loader's threads, from files to batches. */
  private static double decoding(ImageBatches images) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    try (BatchLoader loader = images.load(LoaderOptions.defaults().withThreads(1))) {
      long nanos = 0;
      while (loader.hasNext()) {
        loader.next().close();
        nanos = Math.max(nanos, loaderTime(threads));
      }
      return nanos / NANOS;
    }
  }

  private static long loaderTime(ThreadMXBean threads) {
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().startsWith("calib8-loader-"))
        .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
        .sum();
  }
}

package io.github.calib8.calibration;

import com.google.common.primitives.Ints;
import io.github.calib8.calibration.MicroBatches.MicroBatch;
import io.github.calib8.dataset.BatchReader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.engine.ActivationProbe;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.engine.PaddedBatch;
import io.github.calib8.histogram.Histogram;
import io.github.calib8.histogram.Statistic;
import io.github.calib8.histogram.TensorStatistics;
import io.github.calib8.image.Layout;
import io.github.calib8.onnx.ChannelAxis;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.ObservationPoints;
import io.github.calib8.work.DaemonThreads;
import io.github.calib8.work.Outcome;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;

/**
 * Runs micro-batches on several threads and adds up what their tensors hold; for one collection.
 *
 * <p>Each thread runs the engine on a micro-batch of its own and then fills the statistics, so no
 * core waits for another one, and the engine, which uses one thread a run, computes the same bits
 * whatever the number of threads. The statistics are shared: locked one by one, and indifferent to
 * the order of what comes; each tensor has one for each half of the images.
 */
final class Collector implements AutoCloseable {
  private static final String PHASE = "calibration";

  private final ObservationPoints points;
  private final String model;
  private final String input;
  private final OptionalLong fixedBatch;
  private final Set<Statistic> gathered;
  private final Set<String> divided;
  private final Map<String, Channels> channels = new HashMap<>();
  private final Map<String, TensorStatistics> tensors = new LinkedHashMap<>();
  private final List<String> images = new ArrayList<>();
  private final List<ActivationProbe> probes = new ArrayList<>();
  private final BlockingQueue<ActivationProbe> idle;
  private final ExecutorService threads;
  private final CompletionService<Integer> results;
  private final int mostRunning;
  private int running;
  private long done;

  /** How many channels a tensor has, and whether they are its last dimension. */
  private record Channels(int count, boolean areLast) {}

  Collector(
      ObservationPoints points,
      OnnxModel model,
      ObservedSession session,
      Set<Statistic> gathered,
      Layout layout,
      int threads) {
    this.gathered = gathered;
    this.points = points;
    this.model = model.name();
    this.input = model.input().name();
    this.fixedBatch = model.fixedBatch();
    this.divided = DividedTensors.of(points.model());
    points.tensors().forEach(tensor -> tensors.put(tensor, TensorStatistics.empty(gathered)));
    if (gathered.contains(Statistic.CHANNEL_MEANS)) {
      findChannels(session, layout);
    }
    this.idle = new ArrayBlockingQueue<>(threads);
    for (int i = 0; i < threads; i++) {
      probes.add(session.probe());
    }
    idle.addAll(probes);
    this.threads = DaemonThreads.fixed(threads, "calib8-calibration");
    this.results = new ExecutorCompletionService<>(this.threads);
    // One more than there are threads: the next one starts at once where one ends.
    this.mostRunning = Ints.saturatedCast(threads + 1L);
  }

  private void findChannels(ObservedSession session, Layout layout) {
    ChannelAxis ofInput = layout == Layout.NHWC ? ChannelAxis.LAST : ChannelAxis.SECOND;
    ChannelAxis.of(points.model(), ofInput)
        .forEach(
            (tensor, axis) -> {
              List<Long> shape = session.shape(tensor).orElse(List.of());
              int dimension = axis.dimension(shape.size());
              if (divided.contains(tensor) && dimension > 0 && shape.get(dimension) > 0) {
                int count = Math.toIntExact(shape.get(dimension));
                channels.put(tensor, new Channels(count, axis == ChannelAxis.LAST));
              }
            });
  }

  /**
   * Runs everything that the loader gives; the listener is called on this thread.
   *
   * @param saved what is done already; gets what is done so far, now and then
   * @param total the number of images, with those that are done
   */
  void collect(
      BatchReader loader,
      int microBatch,
      SavedCalibration saved,
      long total,
      ProgressListener listener) {
    done = saved.images().size();
    listener.progress(new Progress(PHASE, done, total));
    while (loader.hasNext()) {
      submit(loader.next(), microBatch, total, listener);
      if (saved.isDue()) {
        awaitAll(total, listener);
        saved.save(images, statistics());
      }
    }
    awaitAll(total, listener);
    if (!loader.skipped().isEmpty()) {
      listener.progress(new Progress(PHASE, total, total));
    }
  }

  /** Runs a batch to its end: nobody reads it any more then, even if this fails. */
  void collect(ImageBatch batch, int microBatch) {
    try {
      submit(batch, microBatch, Long.MAX_VALUE, progress -> {});
      awaitAll(Long.MAX_VALUE, progress -> {});
    } catch (RuntimeException | Error e) {
      DaemonThreads.end(threads);
      throw e;
    }
  }

  private void submit(ImageBatch batch, int microBatch, long total, ProgressListener listener) {
    for (MicroBatch piece :
        fixedBatch.isPresent()
            ? MicroBatches.ofFixed(batch, microBatch)
            : MicroBatches.of(batch, microBatch)) {
      images.addAll(piece.names());
      if (running == mostRunning) {
        await(total, listener);
      }
      results.submit(() -> run(piece));
      running++;
    }
  }

  private void awaitAll(long total, ProgressListener listener) {
    while (running > 0) {
      await(total, listener);
    }
  }

  private void await(long total, ProgressListener listener) {
    done += Outcome.of(() -> results.take().get(), "calibrating");
    running--;
    listener.progress(new Progress(PHASE, done, total));
  }

  private int run(MicroBatch piece) throws InterruptedException {
    ActivationProbe probe = idle.take();
    try (piece;
        PaddedBatch padded = PaddedBatch.of(piece.images(), piece.rows())) {
      List<ImageRun> halves = ImageRun.of(piece.names(), piece.rows());
      add(input, padded.images().values(), piece, halves);
      probe.run(padded.images()).forEach((tensor, values) -> add(tensor, values, piece, halves));
      return piece.names().size();
    } finally {
      idle.add(probe);
    }
  }

  private void add(String tensor, FloatBuffer values, MicroBatch piece, List<ImageRun> halves) {
    TensorStatistics statistics = tensors.get(tensor);
    if (statistics == null) {
      return; // The input, where no operator needs its scale.
    }
    if (piece.isPadded() && !divided.contains(tensor)) {
      throw mixed(tensor, piece.names().size() + " of them");
    }
    List<ImageRun> runs = divided.contains(tensor) ? halves : ImageRun.undivided(piece.names());
    Channels channels = this.channels.get(tensor);
    for (ImageRun run : runs) {
      Histogram half = statistics.half(run.inSecondHalf());
      synchronized (half) {
        half.add(run.of(values));
        CalibrationStatistics.requireFinite(
            model, tensor, half, piece.names().subList(run.from(), run.to()));
      }
      if (channels != null) {
        int count = run.to() - run.from();
        statistics.addChannels(run.of(values), count, channels.count, channels.areLast);
      }
    }
  }

  /**
   * Fails if images would have to be padded, and a tensor does not tell them from the padding.
   *
   * @param count the number of images
   * @param batchSize that of a batch, but for the last one
   */
  void requireWholeBatches(long count, int batchSize) {
    if (fixedBatch.isEmpty()) {
      return;
    }
    long fixed = fixedBatch.getAsLong();
    boolean whole = (count < batchSize || batchSize % fixed == 0) && count % batchSize % fixed == 0;
    points.fetched().stream()
        .filter(tensor -> !whole && !divided.contains(tensor))
        .findFirst()
        .ifPresent(
            tensor -> {
              throw mixed(tensor, "%s images in batches of %s".formatted(count, batchSize));
            });
  }

  private CalibrationException mixed(String tensor, String found) {
    return new CalibrationException(
        "Expected images and batches of a multiple of %s, the images that model '%s' takes at once, since its tensor '%s' mixes them, found %s"
            .formatted(fixedBatch.getAsLong(), model, tensor, found));
  }

  /** The images that were run, in the loader's order. */
  List<String> images() {
    return images;
  }

  /** What was seen of each tensor, in the graph's order; only while no micro-batch is running. */
  Map<String, TensorStatistics> statistics() {
    Map<String, TensorStatistics> all = new LinkedHashMap<>(tensors);
    points.concatenations().forEach((tensor, parts) -> all.put(tensor, sum(tensor, parts, all)));
    return all;
  }

  private TensorStatistics sum(
      String concatenation, List<String> parts, Map<String, TensorStatistics> all) {
    TensorStatistics sum = TensorStatistics.empty(gathered);
    for (String part : parts) {
      TensorStatistics of = Objects.requireNonNull(all.get(part), part);
      if (divided.contains(concatenation)) {
        sum.half(false).merge(of.half(false));
        sum.half(true).merge(of.half(true));
      } else {
        sum.half(false).merge(of.whole());
      }
    }
    return sum;
  }

  /** Ends the threads, after the micro-batches that they are running, and frees their memory. */
  @Override
  public void close() {
    DaemonThreads.end(threads);
    probes.forEach(ActivationProbe::close);
  }
}

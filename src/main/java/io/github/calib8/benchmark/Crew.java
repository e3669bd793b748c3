package io.github.calib8.benchmark;

import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineBuild;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.engine.LoadedBatch;
import io.github.calib8.engine.Placement;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.DaemonThreads;
import io.github.calib8.work.Outcome;
import io.github.calib8.work.ProgressListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Workers that run the same images at the same time, each on a thread and in sessions of its own.
 *
 * <p>The operating system keeps their threads on cores of their own as long as there are enough:
 * Java has no means to bind the thread that calls the engine, and binding only the engine's other
 * threads would take that choice from the system for nothing.
 */
final class Crew implements AutoCloseable {
  private static final double NANO = 1e-9;
  private static final double NANOS_PER_MILLI = 1e6;

  private final FloatTensor images;
  private final PowerRecorder power;
  private final Placement placement;
  private final List<Map<Precision, InferenceSession>> workers = new ArrayList<>();
  private final ExecutorService threads;

  /**
   * Opens the sessions.
   *
   * @param models one session each for each worker
   * @param images a batch; read only, and so shared
   * @param setting how many workers, and what they do
   * @param devices those that the workers take in turn
   */
  Crew(
      Map<Precision, OnnxModel> models,
      FloatTensor images,
      Setting setting,
      List<Device> devices,
      PowerRecorder power,
      ProgressListener progress) {
    this.images = images;
    this.power = power;
    this.placement = setting.placement();
    this.threads = DaemonThreads.fixed(setting.workers(), "calib8-benchmark");
    try {
      for (int i = 0; i < setting.workers(); i++) {
        EngineOptions options =
            EngineOptions.defaults()
                .withThreads(setting.threads())
                .withLargestBatch(setting.largestBatch())
                .withDevice(devices.get(i % devices.size()));
        Map<Precision, InferenceSession> sessions = new EnumMap<>(Precision.class);
        this.workers.add(sessions);
        models.forEach(
            (precision, model) ->
                sessions.put(
                    precision, InferenceSession.open(model, precision.on(options), progress)));
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      close();
      throw e;
    }
  }

  /**
   * Runs a precision, once at least, and until the time is over: runs are not cut short.
   *
   * @throws io.github.calib8.engine.EngineException if the engine fails
   */
  Slice run(Precision precision, Duration time) {
    List<LoadedBatch> batches = new ArrayList<>();
    try {
      // Where the images are to be is no part of what is measured.
      for (Map<Precision, InferenceSession> sessions : workers) {
        InferenceSession session = Objects.requireNonNull(sessions.get(precision), "precision");
        batches.add(session.load(images, placement));
      }
      return run(batches, time);
    } finally {
      batches.forEach(LoadedBatch::close);
    }
  }

  private Slice run(List<LoadedBatch> batches, Duration time) {
    long[] start = new long[1];
    OptionalDouble before = power.joules();
    CyclicBarrier barrier = new CyclicBarrier(batches.size(), () -> start[0] = System.nanoTime());
    List<Future<Turn>> running = new ArrayList<>();
    for (LoadedBatch batch : batches) {
      running.add(
          threads.submit(
              () -> {
                await(barrier);
                return turn(batch, start[0] + time.toNanos());
              }));
    }
    List<Double> milliseconds = new ArrayList<>();
    long runs = 0;
    long nanos = 0;
    for (Future<Turn> worker : running) {
      Turn turn = Outcome.of(worker::get, "benchmarking");
      milliseconds.addAll(turn.milliseconds());
      runs += turn.runs();
      nanos = Math.max(nanos, turn.end() - start[0]);
    }
    OptionalDouble after = power.joules();
    return new Slice(
        runs * images.size(0),
        nanos * NANO,
        milliseconds,
        before.isEmpty() || after.isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(after.getAsDouble() - before.getAsDouble()));
  }

  /** One worker's part of a slice. */
  private record Turn(List<Double> milliseconds, long runs, long end) {}

  private static Turn turn(LoadedBatch batch, long deadline) {
    List<Double> milliseconds = new ArrayList<>();
    long runs = 0;
    long now = System.nanoTime();
    do {
      long start = System.nanoTime();
      batch.run(1);
      now = System.nanoTime();
      milliseconds.add((now - start) / NANOS_PER_MILLI);
      runs += batch.inARow();
      if (batch.inARow() > 1) {
        batch.run(batch.inARow() - 1);
        now = System.nanoTime();
      }
    } while (now - deadline < 0 && !Thread.currentThread().isInterrupted());
    return new Turn(milliseconds, runs, now);
  }

  /** What the engine has built of each model, as far as it says. */
  Map<Precision, EngineBuild> builds() {
    Map<Precision, EngineBuild> builds = new EnumMap<>(Precision.class);
    workers
        .get(0)
        .forEach(
            (precision, session) ->
                session.build().ifPresent(build -> builds.put(precision, build)));
    return builds;
  }

  private static void await(CyclicBarrier barrier) throws InterruptedException {
    try {
      barrier.await();
    } catch (BrokenBarrierException e) {
      throw new IllegalStateException("Another worker was interrupted", e);
    }
  }

  /** Waits for the runs that are under way, then frees the sessions. */
  @Override
  public void close() {
    DaemonThreads.end(threads);
    workers.forEach(sessions -> sessions.values().forEach(InferenceSession::close));
  }
}

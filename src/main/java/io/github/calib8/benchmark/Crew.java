package io.github.calib8.benchmark;

import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.DaemonThreads;
import io.github.calib8.work.Outcome;
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
  private final List<Map<Precision, InferenceSession>> workers = new ArrayList<>();
  private final ExecutorService threads;

  /**
   * Opens the sessions.
   *
   * @param models one session each for each worker
   * @param images a batch; read only, and so shared
   * @param devices those that the workers take in turn
   */
  Crew(
      Map<Precision, OnnxModel> models,
      FloatTensor images,
      int workers,
      int threads,
      List<Device> devices,
      PowerRecorder power) {
    this.images = images;
    this.power = power;
    this.threads = DaemonThreads.fixed(workers, "calib8-benchmark");
    try {
      for (int i = 0; i < workers; i++) {
        EngineOptions options =
            EngineOptions.defaults()
                .withThreads(threads)
                .withDevice(devices.get(i % devices.size()));
        Map<Precision, InferenceSession> sessions = new EnumMap<>(Precision.class);
        this.workers.add(sessions);
        models.forEach(
            (precision, model) -> sessions.put(precision, InferenceSession.open(model, options)));
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
    long[] start = new long[1];
    OptionalDouble before = power.joules();
    CyclicBarrier barrier = new CyclicBarrier(workers.size(), () -> start[0] = System.nanoTime());
    List<Future<Turn>> running = new ArrayList<>();
    for (Map<Precision, InferenceSession> sessions : workers) {
      InferenceSession session = Objects.requireNonNull(sessions.get(precision), "precision");
      running.add(
          threads.submit(
              () -> {
                await(barrier);
                return turn(session, start[0] + time.toNanos());
              }));
    }
    List<Double> milliseconds = new ArrayList<>();
    long nanos = 0;
    for (Future<Turn> worker : running) {
      Turn turn = Outcome.of(worker::get, "benchmarking");
      milliseconds.addAll(turn.milliseconds());
      nanos = Math.max(nanos, turn.end() - start[0]);
    }
    OptionalDouble after = power.joules();
    return new Slice(
        milliseconds.size() * images.size(0),
        nanos * NANO,
        milliseconds,
        before.isEmpty() || after.isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(after.getAsDouble() - before.getAsDouble()));
  }

  /** One worker's part of a slice. */
  private record Turn(List<Double> milliseconds, long end) {}

  private Turn turn(InferenceSession session, long deadline) {
    List<Double> milliseconds = new ArrayList<>();
    long now = System.nanoTime();
    do {
      long start = now;
      session.run(images).close();
      now = System.nanoTime();
      milliseconds.add((now - start) / NANOS_PER_MILLI);
    } while (now - deadline < 0 && !Thread.currentThread().isInterrupted());
    return new Turn(milliseconds, now);
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

package io.github.calib8.benchmark;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineBuild;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.Environment;
import io.github.calib8.engine.Placement;
import io.github.calib8.onnx.ModelStatistics;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.work.ProgressListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;

/**
 * Measures how fast a network runs: throughput, latency and energy by precision, batch size and
 * number of workers, on synthetic images of random values, none of them zero.
 *
 * <p>At each setting the precisions take turns, several times: a machine that is slower for a while
 * is so for all of them, and each repeat gives a ratio. A batch that does not fit in memory is
 * reported as such, with the estimate, and the next one follows.
 *
 * <pre>{@code
 * BenchmarkReport report =
 *     Benchmark.builder()
 *         .withBatchSizes(List.of(1, 25))
 *         .build()
 *         .run(NetworkVariants.of("ResNet-50", fp32).withInt8(int8));
 * }</pre>
 *
 * <p>Immutable and thread-safe, but two runs at the same time would measure each other.
 * Interrupting the thread that runs one cancels it: it throws a {@link CancellationException},
 * frees all it holds, and leaves the thread interrupted.
 */
public final class Benchmark {
  private final Set<Precision> precisions;
  private final Set<Integer> batchSizes;
  private final Set<Integer> workers;
  private final int threads;
  private final List<Device> devices;
  private final Schedule schedule;
  private final EnergyMeter meter;
  private final BenchmarkListener listener;
  private final ProgressListener progress;
  private final Placement placement;
  private final LongSupplier availableMemory;

  private Benchmark(Builder builder) {
    this.precisions = builder.precisions;
    this.batchSizes = builder.batchSizes;
    this.workers =
        builder.workers.isEmpty() ? ImmutableSet.of(builder.devices.size()) : builder.workers;
    this.threads = builder.threads;
    this.devices = builder.devices;
    this.schedule = new Schedule(builder.warmup, builder.time, builder.repeats);
    this.meter = builder.meter;
    this.listener = builder.listener;
    this.progress = builder.progress;
    this.placement = builder.placement;
    for (Device device : devices) {
      EngineOptions options = EngineOptions.defaults().withDevice(device);
      precisions.forEach(precision -> device.provider().require(precision.on(options).precision()));
    }
    this.availableMemory = builder.availableMemory;
  }

  /**
   * Starts to configure a benchmark.
   *
   * @return a builder with defaults for everything
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Measures one network at every setting.
   *
   * @param network its models; INT8 is needed unless the precisions leave it out
   * @return the figures
   * @throws IllegalArgumentException if a model is missing, its input is not of a fixed size, or
   *     its batch is fixed to another size
   * @throws io.github.calib8.engine.EngineException if the engine refuses a model, or cannot use a
   *     device
   */
  public BenchmarkReport run(NetworkVariants network) {
    OnnxModel stock = network.fp32();
    batchSizes.forEach(batch -> SyntheticImages.shape(stock, batch));
    Map<Precision, OnnxModel> models = new EnumMap<>(Precision.class);
    precisions.forEach(precision -> models.put(precision, network.model(precision)));
    Map<String, List<Long>> shapes = TensorSizes.shapes(stock);
    Map<String, Long> sizes = TensorSizes.of(stock, shapes);
    // The rewrites need more memory than the operators that they replace, in INT8 too.
    OnnxModel rewritten = network.model(Precision.FP32_REWRITTEN);
    MemoryEstimate estimate =
        MemoryEstimate.of(stock, sizes)
            .max(MemoryEstimate.of(rewritten, TensorSizes.complete(rewritten, sizes)));
    List<Measurement> measurements = new ArrayList<>();
    List<Speedup> speedups = new ArrayList<>();
    Map<Precision, EngineBuild> builds = new EnumMap<>(Precision.class);
    try (PowerRecorder power = new PowerRecorder(meter)) {
      OptionalDouble idleWatts = idleWatts(power, schedule.time());
      for (int count : workers) {
        for (int batchSize : batchSizes) {
          Setting setting =
              new Setting(batchSize, count, threads, Collections.max(batchSizes), placement);
          SettingRun run =
              new SettingRun(
                  setting, devices, estimate, availableMemory, schedule, power, progress);
          run.run(models);
          // Built once, whatever the setting.
          run.builds().forEach(builds::putIfAbsent);
          for (Precision precision : models.keySet()) {
            Measurement measurement = run.measurement(precision, idleWatts);
            measurements.add(measurement);
            listener.measured(network.name(), measurement);
          }
          run.speedup().ifPresent(speedups::add);
        }
      }
    }
    return BenchmarkReport.builder(
            network.name(), stock.sha256(), Environment.current(threads, devices))
        .withMultiplyAdds(ModelStatistics.of(stock, shapes).multiplyAdds().orElse(0))
        .withMeter(meter.name())
        .withMeasurements(measurements)
        .withSpeedups(speedups)
        .withPlacement(placement)
        .withBuilds(builds)
        .build();
  }

  private static OptionalDouble idleWatts(PowerRecorder power, Duration time) {
    try {
      return power.idleWatts(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException canceled = new CancellationException("Interrupted while benchmarking");
      canceled.initCause(e);
      throw canceled;
    }
  }

  /** Configures a {@link Benchmark}. Not thread-safe. */
  public static final class Builder {
    private Set<Precision> precisions = Precision.ofEveryDevice();
    private Set<Integer> batchSizes = ImmutableSet.of(1, 25);
    private Set<Integer> workers = ImmutableSet.of();
    private int threads = 1;
    private List<Device> devices = List.of(Device.cpu());
    private Duration warmup = Duration.ofSeconds(1);
    private Duration time = Duration.ofSeconds(5);
    private int repeats = 5;
    private EnergyMeter meter = EnergyMeter.processor();
    private BenchmarkListener listener = (network, measurement) -> {};
    private ProgressListener progress = step -> {};
    private Placement placement = Placement.HOST;
    private LongSupplier availableMemory = AvailableMemory::bytes;

    private Builder() {}

    /**
     * Sets which forms of the network to measure.
     *
     * @param newPrecisions 1 or more; FP32, FP32 rewritten and INT8 by default
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public Builder withPrecisions(Collection<Precision> newPrecisions) {
      if (newPrecisions.isEmpty()) {
        throw new IllegalArgumentException("Expected 1 or more precisions, found none");
      }
      this.precisions = ImmutableSet.copyOf(newPrecisions);
      return this;
    }

    /**
     * Sets the images a run.
     *
     * @param newBatchSizes 1 or more sizes of 1 or more; 1 and 25 by default
     * @return this
     * @throws IllegalArgumentException if there is none, or one is less than 1
     */
    public Builder withBatchSizes(Collection<Integer> newBatchSizes) {
      this.batchSizes = positive(newBatchSizes, "images in a batch");
      return this;
    }

    /**
     * Sets how many sessions run at the same time.
     *
     * @param newWorkers 1 or more numbers of 1 or more; one for each device by default. More
     *     workers than cores, or more than cores by threads, take time from each other
     * @return this
     * @throws IllegalArgumentException if there is none, or one is less than 1
     */
    public Builder withWorkers(Collection<Integer> newWorkers) {
      this.workers = positive(newWorkers, "workers");
      return this;
    }

    /**
     * Sets the threads of each worker.
     *
     * @param newThreads 1 or more, the worker's own included; 1 by default
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder withThreads(int newThreads) {
      this.threads = positive(newThreads, "threads");
      return this;
    }

    /**
     * Sets what computes the models. The workers take the devices in turn, so that each one gets
     * its share of the batches.
     *
     * @param newDevices 1 or more; the processor alone by default
     * @return this
     * @throws IllegalArgumentException if there is none
     */
    public Builder withDevices(Collection<Device> newDevices) {
      if (newDevices.isEmpty()) {
        throw new IllegalArgumentException("Expected 1 or more devices, found none");
      }
      this.devices = List.copyOf(newDevices);
      return this;
    }

    /**
     * Sets how long each precision runs at each setting before it is measured.
     *
     * @param newWarmup 0 or more, 1 s by default; it runs once at least
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Builder withWarmup(Duration newWarmup) {
      if (newWarmup.isNegative()) {
        throw new IllegalArgumentException("Expected a warm-up of 0 s or more, found " + newWarmup);
      }
      this.warmup = newWarmup;
      return this;
    }

    /**
     * Sets how long each precision is measured at each setting.
     *
     * @param newTime 0 or more, 5 s by default, all repeats together; each repeat runs once at
     *     least, and no run is cut short
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Builder withTime(Duration newTime) {
      if (newTime.isNegative()) {
        throw new IllegalArgumentException("Expected a time of 0 s or more, found " + newTime);
      }
      this.time = newTime;
      return this;
    }

    /**
     * Sets how often the precisions take turns.
     *
     * @param newRepeats 1 or more, 5 by default: as many ratios there are
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder withRepeats(int newRepeats) {
      this.repeats = positive(newRepeats, "repeats");
      return this;
    }

    /**
     * Sets what tells the energy. Idle power is measured first, for as long as a precision later.
     *
     * @param newMeter {@link EnergyMeter#processor()} by default; belongs to the benchmark from now
     *     on
     * @return this
     */
    public Builder withEnergyMeter(EnergyMeter newMeter) {
      this.meter = Objects.requireNonNull(newMeter, "meter");
      return this;
    }

    /**
     * Sets who is told of each measurement.
     *
     * @param newListener called on the thread that runs the benchmark
     * @return this
     */
    public Builder withListener(BenchmarkListener newListener) {
      this.listener = Objects.requireNonNull(newListener, "listener");
      return this;
    }

    /**
     * Sets who hears how far an engine is that takes long to build a model of its own form.
     *
     * @param newProgress nobody by default
     * @return this
     */
    public Builder withProgress(ProgressListener newProgress) {
      this.progress = Objects.requireNonNull(newProgress, "progress");
      return this;
    }

    /**
     * Sets where the images are.
     *
     * @param newPlacement {@link Placement#HOST} by default; a device that keeps none is an error
     * @return this
     */
    public Builder withPlacement(Placement newPlacement) {
      this.placement = Objects.requireNonNull(newPlacement, "placement");
      return this;
    }

    /** Takes the place of the machine's memory, in bytes. */
    Builder withAvailableMemory(LongSupplier newAvailableMemory) {
      this.availableMemory = newAvailableMemory;
      return this;
    }

    /**
     * Ends the configuration.
     *
     * @return the benchmark
     * @throws io.github.calib8.engine.EngineException if a device does not compute in a precision
     */
    public Benchmark build() {
      return new Benchmark(this);
    }

    private static Set<Integer> positive(Collection<Integer> values, String what) {
      if (values.isEmpty()) {
        throw new IllegalArgumentException("Expected 1 or more numbers of " + what);
      }
      values.forEach(value -> positive(value, what));
      return ImmutableSortedSet.copyOf(values);
    }

    private static int positive(int value, String what) {
      if (value < 1) {
        throw new IllegalArgumentException("Expected 1 or more " + what + ", found " + value);
      }
      return value;
    }
  }
}

package io.github.calib8.benchmark;

import io.github.calib8.engine.EngineBuild;
import io.github.calib8.engine.Environment;
import io.github.calib8.engine.Placement;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of benchmarking one network.
 *
 * <p>Immutable and thread-safe.
 */
public final class BenchmarkReport {
  /** All of it, so that equality and text are those of a record. */
  private record Values(
      String network,
      String modelSha256,
      long multiplyAdds,
      Environment environment,
      String meter,
      List<Measurement> measurements,
      List<Speedup> speedups,
      Placement placement,
      Map<Precision, EngineBuild> builds) {
    Values {
      Objects.requireNonNull(network, "network");
      Objects.requireNonNull(modelSha256, "modelSha256");
      Objects.requireNonNull(environment, "environment");
      Objects.requireNonNull(meter, "meter");
      measurements = List.copyOf(measurements);
      speedups = List.copyOf(speedups);
      Objects.requireNonNull(placement, "placement");
      builds = Collections.unmodifiableMap(new LinkedHashMap<>(builds));
    }
  }

  private final Values values;

  private BenchmarkReport(Values values) {
    this.values = values;
  }

  /**
   * Begins a new one.
   *
   * @param network its name
   * @param modelSha256 of the stock FP32 model
   * @param environment what it was measured on; its threads are those of one worker
   * @return a builder
   */
  public static Builder builder(String network, String modelSha256, Environment environment) {
    return new Builder(network, modelSha256, environment);
  }

  /**
   * Begins another one, the same but for what is set anew.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Returns its name. */
  public String network() {
    return values.network;
  }

  /** Returns of the stock FP32 model. */
  public String modelSha256() {
    return values.modelSha256;
  }

  /**
   * Returns of one image in convolutions and matrix products, those of two activations among them;
   * 0 if a shape is not known.
   */
  public long multiplyAdds() {
    return values.multiplyAdds;
  }

  /** Returns what it was measured on; its threads are those of one worker. */
  public Environment environment() {
    return values.environment;
  }

  /** Returns the energy meter, or why there is none. */
  public String meter() {
    return values.meter;
  }

  /** Returns by number of workers, batch size and precision, in the order asked for. */
  public List<Measurement> measurements() {
    return values.measurements;
  }

  /** Returns the settings at which both precisions were measured, in the same order. */
  public List<Speedup> speedups() {
    return values.speedups;
  }

  /** Returns where the images were. */
  public Placement placement() {
    return values.placement;
  }

  /** Returns what the engine has built, by precision; empty of an engine that runs the model. */
  public Map<Precision, EngineBuild> builds() {
    return values.builds;
  }

  /**
   * Looks up a setting's figures.
   *
   * @param precision which form of the network
   * @param batchSize images a run
   * @param workers sessions that run at the same time
   * @return the figures; empty if it was not measured or does not fit in memory
   */
  public Optional<Performance> find(Precision precision, int batchSize, int workers) {
    return values.measurements.stream()
        .filter(m -> m.precision() == precision)
        .filter(m -> m.batchSize() == batchSize && m.workers() == workers)
        .findFirst()
        .flatMap(Measurement::performance);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BenchmarkReport that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "BenchmarkReport" + values.toString().substring("Values".length());
  }

  /** Makes one. Not thread-safe. */
  public static final class Builder {
    private final String network;
    private final String modelSha256;
    private long multiplyAdds;
    private final Environment environment;
    private String meter = "none";
    private List<Measurement> measurements = List.of();
    private List<Speedup> speedups = List.of();
    private Placement placement = Placement.HOST;
    private Map<Precision, EngineBuild> builds = Map.of();

    private Builder(String network, String modelSha256, Environment environment) {
      this.network = network;
      this.modelSha256 = modelSha256;
      this.environment = environment;
    }

    private Builder(Values values) {
      this.network = values.network;
      this.modelSha256 = values.modelSha256;
      this.multiplyAdds = values.multiplyAdds;
      this.environment = values.environment;
      this.meter = values.meter;
      this.measurements = values.measurements;
      this.speedups = values.speedups;
      this.placement = values.placement;
      this.builds = values.builds;
    }

    /**
     * Sets the multiply-adds; default: 0.
     *
     * @param multiplyAdds see {@link BenchmarkReport#multiplyAdds()}
     * @return this builder
     */
    public Builder withMultiplyAdds(long multiplyAdds) {
      this.multiplyAdds = multiplyAdds;
      return this;
    }

    /**
     * Sets the energy meter; default: {@code none}.
     *
     * @param meter see {@link BenchmarkReport#meter()}
     * @return this builder
     */
    public Builder withMeter(String meter) {
      this.meter = meter;
      return this;
    }

    /**
     * Sets the measurements; default: none.
     *
     * @param measurements see {@link BenchmarkReport#measurements()}
     * @return this builder
     */
    public Builder withMeasurements(List<Measurement> measurements) {
      this.measurements = measurements;
      return this;
    }

    /**
     * Sets the speed-ups; default: none.
     *
     * @param speedups see {@link BenchmarkReport#speedups()}
     * @return this builder
     */
    public Builder withSpeedups(List<Speedup> speedups) {
      this.speedups = speedups;
      return this;
    }

    /**
     * Sets where the images were; default: in the machine's memory.
     *
     * @param placement see {@link BenchmarkReport#placement()}
     * @return this builder
     */
    public Builder withPlacement(Placement placement) {
      this.placement = placement;
      return this;
    }

    /**
     * Sets what the engine has built; default: nothing.
     *
     * @param builds see {@link BenchmarkReport#builds()}
     * @return this builder
     */
    public Builder withBuilds(Map<Precision, EngineBuild> builds) {
      this.builds = builds;
      return this;
    }

    /**
     * Makes it.
     *
     * @return the value
     */
    public BenchmarkReport build() {
      return new BenchmarkReport(
          new Values(
              network,
              modelSha256,
              multiplyAdds,
              environment,
              meter,
              measurements,
              speedups,
              placement,
              builds));
    }
  }
}

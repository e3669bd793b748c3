package io.github.calib8.benchmark;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What was measured of one precision at one setting.
 *
 * <p>Immutable and thread-safe.
 *
 * @param imagesPerSecond images of all workers by wall time
 * @param latency of all timed runs
 * @param watts the average power above the idle machine's; empty where no meter can be read, or
 *     where it shows no more than at idle
 */
public record Performance(double imagesPerSecond, Latency latency, OptionalDouble watts) {
  /** Checks the values. */
  public Performance {
    Objects.requireNonNull(latency, "latency");
    Objects.requireNonNull(watts, "watts");
  }

  /**
   * The efficiency.
   *
   * @return images a second for each watt above idle, which is images a joule; empty like {@link
   *     #watts}
   */
  public OptionalDouble imagesPerSecondPerWatt() {
    return watts.stream().map(power -> imagesPerSecond / power).findFirst();
  }
}

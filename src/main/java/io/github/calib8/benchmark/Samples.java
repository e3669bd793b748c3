package io.github.calib8.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The slices of one precision at one setting; for one thread. */
final class Samples {
  private final List<Slice> slices = new ArrayList<>();

  void add(Slice slice) {
    slices.add(slice);
  }

  /**
   * Sums up all slices.
   *
   * @param idleWatts the machine's power when it does nothing, if a meter can be read
   */
  Performance performance(OptionalDouble idleWatts) {
    double seconds = slices.stream().mapToDouble(Slice::seconds).sum();
    return new Performance(
        slices.stream().mapToLong(Slice::images).sum() / seconds,
        Latency.of(slices.stream().flatMap(slice -> slice.milliseconds().stream()).toList()),
        watts(seconds, idleWatts));
  }

  private OptionalDouble watts(double seconds, OptionalDouble idleWatts) {
    if (idleWatts.isEmpty() || slices.stream().anyMatch(slice -> slice.joules().isEmpty())) {
      return OptionalDouble.empty();
    }
    double joules = slices.stream().mapToDouble(slice -> slice.joules().getAsDouble()).sum();
    double watts = joules / seconds - idleWatts.getAsDouble();
    return watts > 0 ? OptionalDouble.of(watts) : OptionalDouble.empty();
  }

  /** This throughput by another one's, repeat by repeat. */
  Spread over(Samples baseline) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < slices.size(); i++) {
      ratios.add(slices.get(i).imagesPerSecond() / baseline.slices.get(i).imagesPerSecond());
    }
    return Spread.of(ratios);
  }
}

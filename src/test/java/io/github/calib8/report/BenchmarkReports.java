package io.github.calib8.report;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.benchmark.Latency;
import io.github.calib8.benchmark.Measurement;
import io.github.calib8.benchmark.Performance;
import io.github.calib8.benchmark.Precision;
import io.github.calib8.benchmark.Speedup;
import io.github.calib8.benchmark.Spread;
import io.github.calib8.engine.Environment;
import io.github.calib8.scale.InstructionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reports with made-up figures. */
public final class BenchmarkReports {
  private BenchmarkReports() {}

  /** FP32 and INT8 at batch sizes 1 and 8 by 1 and 2 workers; FP32 at 8 by 2 does not fit. */
  public static BenchmarkReport report(OptionalDouble watts) {
    List<Measurement> measurements = new ArrayList<>();
    for (int workers : List.of(1, 2)) {
      for (int batch : List.of(1, 8)) {
        boolean fits = workers * batch < 16;
        measurements.add(
            new Measurement(
                Precision.FP32,
                batch,
                workers,
                1,
                fits ? Optional.of(performance(10 * workers + batch, watts)) : Optional.empty(),
                fits ? Optional.empty() : Optional.of("9.9 GB needed")));
        measurements.add(
            new Measurement(
                Precision.INT8,
                batch,
                workers,
                1,
                Optional.of(performance(workers * (30.0 + 10 * batch), watts)),
                Optional.empty()));
      }
    }
    return BenchmarkReport.builder(
            "Tiny",
            "0123456789abcdef".repeat(4),
            new Environment(
                "A processor",
                InstructionSet.AVX512_VNNI,
                2,
                1,
                "ONNX Runtime 1.28.0",
                "Calib8 0.1.0"))
        .withMultiplyAdds(2_000_000_000)
        .withMeter(watts.isPresent() ? "a meter" : "no energy meter")
        .withMeasurements(measurements)
        .withSpeedups(
            List.of(
                new Speedup(
                    1, 1, new Spread(3.5, 3.25, 3.75), Optional.of(new Spread(3, 2.5, 3.5))),
                new Speedup(8, 1, new Spread(4, 4, 4), Optional.empty())))
        .build();
  }

  private static Performance performance(double imagesPerSecond, OptionalDouble watts) {
    return new Performance(imagesPerSecond, new Latency(1.5, 2, 2.5), watts);
  }
}

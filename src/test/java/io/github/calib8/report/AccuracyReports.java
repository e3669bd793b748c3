package io.github.calib8.report;

import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.Accuracy;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.ChangedImage;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.TensorCalibration;
import java.util.List;
import java.util.stream.IntStream;

/** Reports with made-up figures. */
public final class AccuracyReports {
  static final Environment ENVIRONMENT =
      new Environment("A \"Processor\"", InstructionSet.AVX2, 2, 1, "An Engine 1.0", "Calib8 1.0");

  private AccuracyReports() {}

  /** 400 images, of which 5 changed. */
  public static AccuracyReport googlenet() {
    return report("GoogLeNet", 3, 2, 1e3 / 3);
  }

  public static AccuracyReport report(String name, int onlyFp32, int onlyInt8, double int8Speed) {
    int changes = onlyFp32 + onlyInt8;
    return AccuracyReport.builder(
            name,
            new Accuracy(400, 316, 376, 35.25),
            new Accuracy(400, 316 - onlyFp32 + onlyInt8, 377, int8Speed),
            ENVIRONMENT)
        .withDiscordant(onlyFp32, onlyInt8)
        .withAgreeing(400 - changes)
        .withMeanKl(0.00125)
        .withChanged(
            IntStream.range(0, changes)
                .mapToObj(i -> new ChangedImage("image" + i + ".jpg", 1, 1, 0.5, 0, 0.625))
                .toList())
        .build();
  }

  /** The same figures with a note. */
  static AccuracyReport googlenetWith(String note) {
    return googlenet(List.of(note), List.of());
  }

  /** The same figures with noisy tensors. */
  static AccuracyReport googlenetOf(TensorCalibration... noisiest) {
    return googlenet(List.of(), List.of(noisiest));
  }

  private static AccuracyReport googlenet(List<String> notes, List<TensorCalibration> noisiest) {
    AccuracyReport report = googlenet();
    return AccuracyReport.builder(report.name(), report.fp32(), report.int8(), report.environment())
        .withDiscordant(report.onlyFp32(), report.onlyInt8())
        .withAgreeing(report.agreeing())
        .withMeanKl(report.meanKl())
        .withSkipped(report.skipped())
        .withScales(report.scales())
        .withChanged(report.changed())
        .withNotes(notes)
        .withNoisiest(noisiest)
        .build();
  }
}

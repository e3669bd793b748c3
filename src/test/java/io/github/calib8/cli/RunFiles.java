package io.github.calib8.cli;

import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.Accuracy;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.MeasuredModels;
import io.github.calib8.report.AccuracyJson;
import io.github.calib8.scale.InstructionSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What evaluations write, without evaluating anything. */
final class RunFiles {
  private RunFiles() {}

  /** A run of 1000 images of which FP32 ranks 800 right and INT8 790. */
  static String of(String name) {
    return of(name, 790, "f0");
  }

  static String of(String name, int right, String fp32Sha256) {
    Environment environment =
        new Environment("A processor", InstructionSet.AVX2, 2, 1, "An engine", "A library");
    AccuracyReport report =
        AccuracyReport.builder(
                name,
                new Accuracy(1000, 800, 950, 10),
                new Accuracy(1000, right, 945, 20),
                environment)
            .withDiscordant(30, 30 - (800 - right))
            .withAgreeing(900)
            .withModels(
                Optional.of(
                    new MeasuredModels(
                        "resize=none",
                        fp32Sha256,
                        "a8",
                        OptionalLong.of(4000),
                        OptionalLong.empty())))
            .build();
    return AccuracyJson.toJson(List.of(report), environment);
  }
}

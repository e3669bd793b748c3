package io.github.calib8.cli;

import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.onnx.OnnxModel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a model's class scores are read. */
final class ScoreOptions {

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "The output that is the class scores, of a model that has several.")
  private @Nullable String output;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      description =
          "The probability above which an image is of class 1, of a model of one score an image."
              + " Default: 0.5.")
  private @Nullable Double threshold;

  /** The model with the chosen output alone; the model itself if none is. */
  OnnxModel of(OnnxModel model) {
    return output == null ? model : model.withOutput(output);
  }

  Optional<String> output() {
    return Optional.ofNullable(output);
  }

  Optional<Double> threshold() {
    return Optional.ofNullable(threshold);
  }

  void configure(Evaluator.Builder evaluator) {
    if (output != null) {
      evaluator.withOutput(output);
    }
    if (threshold != null) {
      evaluator.withThreshold(threshold);
    }
  }
}

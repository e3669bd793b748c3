package io.github.calib8.cli;

import io.github.calib8.quantization.Target;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The option that says who will run the INT8 model. */
final class TargetOption {

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      converter = TargetName.class,
      completionCandidates = TargetName.class,
      description =
          "Who will run the INT8 model, one of ${COMPLETION-CANDIDATES}: cpu stands for ONNX Runtime's"
              + " integer kernels, tensorrt for explicit quantization. Default: cpu.")
  private Target target = Target.cpu();

  /** The target. */
  Target target() {
    return target;
  }

  /** Reads the name of a target. */
  static final class TargetName implements ITypeConverter<Target>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Target.all().stream().map(Target::id).iterator();
    }

    @Override
    public Target convert(String value) {
      return Choice.named(value, Target.all().toArray(Target[]::new), Target::id);
    }
  }
}

package io.github.calib8.cli;

import io.github.calib8.calibration.ActivationTypes;
import io.github.calib8.quantization.Quantizer;
import java.util.Arrays;
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
          "Who will run the INT8 model: cpu (ONNX Runtime's integer kernels) or tensorrt (explicit"
              + " quantization). Default: cpu.")
  private Target target = Target.CPU;

  /** What the option calls it. */
  String id() {
    return target.id;
  }

  Quantizer quantizer() {
    return target.quantizer;
  }

  ActivationTypes activationTypes() {
    return target.activationTypes;
  }

  private enum Target {
    CPU("cpu", Quantizer.forCpu(), ActivationTypes.BY_SIGN),
    TENSORRT("tensorrt", Quantizer.forTensorRt(), ActivationTypes.SIGNED);

    private final String id;
    private final Quantizer quantizer;
    private final ActivationTypes activationTypes;

    Target(String id, Quantizer quantizer, ActivationTypes activationTypes) {
      this.id = id;
      this.quantizer = quantizer;
      this.activationTypes = activationTypes;
    }
  }

  /** Reads the name of a target. */
  static final class TargetName implements ITypeConverter<Target>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Target.values()).map(target -> target.id).iterator();
    }

    @Override
    public Target convert(String value) {
      return Choice.named(value, Target.values(), target -> target.id);
    }
  }
}

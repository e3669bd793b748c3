package io.github.calib8.cli;

import io.github.calib8.engine.Device;
import io.github.calib8.engine.ExecutionProvider;
import io.github.calib8.engine.FloatPrecision;
import io.github.calib8.quantization.Target;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that say what computes the models. */
final class DeviceOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      converter = ProviderName.class,
      completionCandidates = ProviderName.class,
      description =
          "What computes the models: cpu; tensorrt, an NVIDIA GPU; cuda or ort-tensorrt, the same"
              + " through ONNX Runtime for GPUs. Calibration is always the processor's."
              + " Default: cpu.")
  private ExecutionProvider provider = ExecutionProvider.CPU;

  @Option(
      names = "--devices",
      paramLabel = "ID",
      split = ",",
      converter = DeviceId.class,
      description = "GPUs that share the batches, numbered from 0. Default: 0.")
  private List<Integer> ids = List.of(0);

  /** The devices, 1 or more, each once. */
  List<Device> devices() {
    try {
      return ids.stream().distinct().map(id -> new Device(provider, id)).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** What an INT8 model is made for that is to run on such devices: TensorRT takes no other. */
  static Target target(List<Device> devices) {
    return switch (devices.get(0).provider()) {
      case CPU, CUDA -> Target.cpu();
      case TENSORRT, ORT_TENSORRT -> Target.tensorRt();
    };
  }

  /**
   * Fails if the INT8 model would be one that the devices do not take.
   *
   * @param target who the model is made for
   */
  void require(Target target) {
    if (provider == ExecutionProvider.TENSORRT && target.isOnnxRuntime()) {
      throw new ParameterException(
          spec.commandLine(),
          "Expected --target tensorrt with --provider tensorrt, found --target " + target.id());
    }
  }

  /** Reads the name of a provider. */
  static final class ProviderName implements ITypeConverter<ExecutionProvider>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(ExecutionProvider.values()).map(ExecutionProvider::id).iterator();
    }

    @Override
    public ExecutionProvider convert(String value) {
      return Choice.named(value, ExecutionProvider.values(), ExecutionProvider::id);
    }
  }

  /** Reads the name of a precision. */
  static final class FloatName implements ITypeConverter<FloatPrecision>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(FloatPrecision.values()).map(FloatPrecision::id).iterator();
    }

    @Override
    public FloatPrecision convert(String value) {
      return Choice.named(value, FloatPrecision.values(), FloatPrecision::id);
    }
  }

  /** Reads the number of a GPU. */
  static final class DeviceId implements ITypeConverter<Integer> {

    @Override
    public Integer convert(String value) {
      if (!value.matches("\\d{1,4}")) {
        throw new TypeConversionException(
            "Expected a device id of 0 or more, found '" + value + "'");
      }
      return Integer.valueOf(value);
    }
  }
}

package io.github.calib8.engine;

import io.github.calib8.scale.InstructionSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a report was measured on. The same INT8 model gives other figures on a processor of another
 * instruction set, so no report goes without it.
 *
 * <p>Immutable, and so safe for use by several threads.
 *
 * @param processor the processor's name as its maker gives it
 * @param instructionSet the best integer dot product that the processor offers
 * @param cores the number of logical cores
 * @param threads the number of threads that computed one model
 * @param engine the engine and its version, such as {@code ONNX Runtime 1.28.0} or {@code ONNX
 *     Runtime 1.28.0 on cuda:0}
 * @param library this library and its version
 */
public record Environment(
    String processor,
    InstructionSet instructionSet,
    int cores,
    int threads,
    String engine,
    String library) {

  /**
   * Describes this machine and this library.
   *
   * @param threads the number of threads that compute one model
   * @return the environment
   */
  public static Environment current(int threads) {
    return current(threads, List.of(Device.cpu()));
  }

  /**
   * Describes this machine and this library.
   *
   * @param threads the number of threads that compute one model
   * @param devices what computes the models; the engine's text names all but the processor
   * @return the environment
   */
  public static Environment current(int threads, List<Device> devices) {
    Processor processor = Processor.current();
    return new Environment(
        processor.name(),
        processor.instructionSet(),
        processor.cores(),
        threads,
        engines(devices),
        LibraryVersion.describe());
  }

  /**
   * Describes this machine and this library.
   *
   * @param threads the number of threads that compute one model
   * @param devices what computes the models
   * @param precision how what is in floating point is computed; the engine's text names it, unless
   *     the processor does, in FP32
   * @return the environment
   */
  public static Environment current(int threads, List<Device> devices, FloatPrecision precision) {
    Environment here = current(threads, devices);
    boolean isSaid =
        devices.stream().anyMatch(device -> device.provider() != ExecutionProvider.CPU);
    return isSaid
        ? new Environment(
            here.processor,
            here.instructionSet,
            here.cores,
            here.threads,
            here.engine + ", floating point in " + precision.name(),
            here.library)
        : here;
  }

  /** The engines of the devices, each once. */
  private static String engines(List<Device> devices) {
    String others =
        devices.stream()
            .filter(device -> device.provider() != ExecutionProvider.CPU)
            .distinct()
            .map(device -> ModelEngine.of(device.provider()).describe(device))
            .collect(Collectors.joining(", "));
    return others.isEmpty() ? EngineVersion.describe() : others;
  }

  /**
   * Describes the environment in one line for people.
   *
   * @return the line, without a line break
   */
  public String describe() {
    return processor
        + " ("
        + instructionSet.displayName()
        + ", "
        + counted(cores, "core")
        + "), "
        + counted(threads, "thread")
        + ", "
        + engine
        + ", "
        + library;
  }

  private static String counted(int count, String unit) {
    return count + " " + unit + (count == 1 ? "" : "s");
  }
}

package io.github.calib8.calibration;

import io.github.calib8.engine.EngineVersion;
import io.github.calib8.engine.LibraryVersion;
import io.github.calib8.engine.Processor;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.InstructionSet;

/**
 * What activations depend on beside the images: statistics of different sources do not mix.
 *
 * <p>Neither threads nor micro-batch nor time are part of it: they leave no trace in a result.
 *
 * @param model the model's name
 * @param modelSha256 the SHA-256 of the model that the user gave
 * @param preprocessing every parameter of the preprocessing
 * @param library this library's name and version
 * @param engine the engine's name and version
 * @param processor the processor's name
 * @param instructionSet the processor's instructions for INT8
 */
record StatisticsSource(
    String model,
    String modelSha256,
    String preprocessing,
    String library,
    String engine,
    String processor,
    InstructionSet instructionSet) {

  static StatisticsSource here(OnnxModel model, String preprocessing) {
    Processor processor = Processor.current();
    return new StatisticsSource(
        model.name(),
        model.sha256(),
        preprocessing,
        LibraryVersion.describe(),
        EngineVersion.describe(),
        processor.name(),
        processor.instructionSet());
  }

  /** Refuses a source that differs, naming the first difference. */
  void requireSame(StatisticsSource other) {
    requireSame("model", model, other.model);
    requireSame("model (SHA-256)", modelSha256, other.modelSha256);
    requireSame("preprocessing", preprocessing, other.preprocessing);
    requireSame("library", library, other.library);
    requireSame("engine", engine, other.engine);
    requireSame("processor", processor, other.processor);
    requireSame("instruction set", instructionSet, other.instructionSet);
  }

  private static void requireSame(String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new IllegalArgumentException(
          "Expected statistics of the same %s, %s, found %s".formatted(what, expected, found));
    }
  }
}

package io.github.calib8.engine;

import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.work.ProgressListener;

/** ONNX Runtime. */
final class OnnxRuntimeEngine implements ModelEngine {
  @Override
  public boolean computesBy(ExecutionProvider provider) {
    return provider.ort().isPresent();
  }

  @Override
  public OpenModel open(OnnxModel model, EngineOptions options, ProgressListener progress) {
    return new OnnxRuntimeModel(
        ModelInput.of(model), LoadedModel.open(model, options), options.device());
  }

  @Override
  public String describe(Device device) {
    String version = EngineVersion.describe();
    return device.provider() == ExecutionProvider.CPU ? version : version + " on " + device;
  }
}

package io.github.calib8.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.calib8.tensor.FloatTensor;
import java.util.Map;
import java.util.Optional;

/** A model in a session of ONNX Runtime. */
final class OnnxRuntimeModel implements OpenModel {
  private final ModelInput input;
  private final LoadedModel loaded;
  private final Device device;

  OnnxRuntimeModel(ModelInput input, LoadedModel loaded, Device device) {
    this.input = input;
    this.loaded = loaded;
    this.device = device;
  }

  @Override
  public FloatTensor run(FloatTensor images) {
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(OnnxRuntime.environment(), images.values(), images.shape());
        OrtSession.Result result = loaded.session().run(Map.of(input.name(), tensor))) {
      OnnxTensor output = (OnnxTensor) result.get(0);
      FloatTensor copy = FloatTensor.zeros(output.getInfo().getShape());
      copy.values().put(output.getFloatBuffer());
      return copy;
    } catch (OrtException e) {
      throw OnnxRuntime.failed(loaded.model(), e, images, one -> run(one).close());
    }
  }

  /** The images where they are: its Java interface binds no memory of a device's. */
  @Override
  public LoadedBatch load(FloatTensor images, Placement placement) {
    if (placement == Placement.DEVICE && device.provider() != ExecutionProvider.CPU) {
      throw new EngineException(
          "Expected images in the machine's memory for '%s': ONNX Runtime's Java interface keeps none on a device"
              .formatted(device));
    }
    return new LoadedBatch() {
      @Override
      public void run(int times) {
        for (int i = 0; i < times; i++) {
          OnnxRuntimeModel.this.run(images).close();
        }
      }

      @Override
      public int inARow() {
        return 1;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Optional<EngineBuild> build() {
    return Optional.empty();
  }

  @Override
  public void close() {
    loaded.close();
  }
}

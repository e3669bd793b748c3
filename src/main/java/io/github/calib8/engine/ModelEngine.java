package io.github.calib8.engine;

import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.work.Internal;
import io.github.calib8.work.ProgressListener;
import java.util.ServiceLoader;

/**
 * What opens models: ONNX Runtime, or another engine, which is found by {@link ServiceLoader}.
 * Thread-safe.
 */
@Internal
public interface ModelEngine {
  /**
   * Whether this engine is the one for a provider.
   *
   * @param provider what is to compute
   * @return true if so; of exactly one engine
   */
  boolean computesBy(ExecutionProvider provider);

  /**
   * Opens a model of one input and one output.
   *
   * @param model its ends are of types that become float32
   * @param options threads, optimization, device and precision
   * @param progress hears of it if that takes long
   * @return the model, to be closed
   * @throws EngineException if the engine refuses it, or the device cannot be used
   */
  OpenModel open(OnnxModel model, EngineOptions options, ProgressListener progress);

  /**
   * The engine and what it runs on, for reports.
   *
   * @param device one of its devices
   * @return such as {@code TensorRT 10.6.0 on NVIDIA H200 (tensorrt:0)}
   * @throws EngineException if the device cannot be used
   */
  String describe(Device device);

  /**
   * The engine for a provider.
   *
   * @param provider what is to compute
   * @return the engine
   */
  static ModelEngine of(ExecutionProvider provider) {
    ModelEngine onnxRuntime = new OnnxRuntimeEngine();
    if (onnxRuntime.computesBy(provider)) {
      return onnxRuntime;
    }
    return ServiceLoader.load(ModelEngine.class, ModelEngine.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(engine -> engine.computesBy(provider))
        .findFirst()
        .orElseThrow(
            () ->
                new EngineException(
                    "Expected an engine for provider '%s', found none in META-INF/services"
                        .formatted(provider.id())));
  }
}

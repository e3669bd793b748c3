package io.github.calib8.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import io.github.calib8.onnx.OnnxModel;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of the engine's providers a session gets, the first choice first; the processor, which
 * always comes last, is not listed.
 */
record ProviderPlan(Device device, List<Step> steps) {
  private static final Map<String, String> NO_SETTINGS = Map.of();

  /** Scales come from the graph's own QuantizeLinear and DequantizeLinear, not from a table. */
  private static final Map<String, String> EXPLICIT_INT8 = Map.of("trt_int8_enable", "1");

  /** A provider and its settings. */
  record Step(OrtProvider provider, Map<String, String> settings) {}

  /**
   * Plans for a device.
   *
   * @param available what this build of the engine brings
   * @param version of the engine
   * @throws EngineException if the device's provider is not among them; says what to add
   */
  static ProviderPlan of(
      Device device, OnnxModel model, Set<OrtProvider> available, String version) {
    if (!available.contains(device.provider().ort())) {
      throw new EngineException(
          ("Expected ONNX Runtime with provider '%s', found one without; replace"
                  + " com.microsoft.onnxruntime:onnxruntime:%s by"
                  + " com.microsoft.onnxruntime:onnxruntime_gpu:%s on the class path"
                  + " (docs/gpu.md)")
              .formatted(device.provider().id(), version, version));
    }
    Step cuda = new Step(OrtProvider.CUDA, NO_SETTINGS);
    return new ProviderPlan(
        device,
        switch (device.provider()) {
          case CPU -> List.of();
          case CUDA -> List.of(cuda);
          case TENSORRT ->
              List.of(
                  new Step(OrtProvider.TENSOR_RT, isQuantized(model) ? EXPLICIT_INT8 : NO_SETTINGS),
                  cuda);
        });
  }

  private static boolean isQuantized(OnnxModel model) {
    return model.nodes().stream().anyMatch(node -> node.is("DequantizeLinear"));
  }

  /**
   * Hands the providers to a session.
   *
   * @throws EngineException if the engine cannot start one
   */
  void apply(SessionOptions session) {
    try {
      for (Step step : steps) {
        apply(step, session);
      }
    } catch (OrtException e) {
      throw unusable(e);
    }
  }

  private void apply(Step step, SessionOptions session) throws OrtException {
    if (step.provider() == OrtProvider.TENSOR_RT) {
      try (OrtTensorRTProviderOptions options = new OrtTensorRTProviderOptions(device.id())) {
        for (Map.Entry<String, String> setting : step.settings().entrySet()) {
          options.add(setting.getKey(), setting.getValue());
        }
        session.addTensorrt(options);
      }
    } else {
      try (OrtCUDAProviderOptions options = new OrtCUDAProviderOptions(device.id())) {
        session.addCUDA(options);
      }
    }
  }

  /** The provider is built in, but what it needs from the machine is not there. */
  EngineException unusable(OrtException cause) {
    return new EngineException(
        ("Expected device '%s' with its driver, CUDA, cuDNN%s (docs/gpu.md), ONNX Runtime says: %s")
            .formatted(
                device,
                device.provider() == ExecutionProvider.TENSORRT ? ", TensorRT" : "",
                cause.getMessage()),
        cause);
  }
}

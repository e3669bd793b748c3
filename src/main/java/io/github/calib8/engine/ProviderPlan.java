package io.github.calib8.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import com.google.common.hash.Hashing;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which of the engine's providers a session gets, the first choice first; the processor, which
 * always comes last, is not listed.
 */
record ProviderPlan(Device device, List<Step> steps) {
  private static final String ENGINES = "trt_engine_cache_path";

  /**
   * ONNX Runtime makes 32-bit integers of biases, with QuantizeLinear and DequantizeLinear, which
   * TensorRT refuses: the graph would be cut to pieces, and most of it run in floating point.
   */
  static final String DISABLED_OPTIMIZER = "WeightBiasQuantization";

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
      EngineOptions options,
      OnnxModel model,
      Set<OrtProvider> available,
      String version,
      Path caches) {
    Device device = options.device();
    if (device.provider().ort().filter(available::contains).isEmpty()) {
      throw new EngineException(
          ("Expected ONNX Runtime with provider '%s', found one without; replace"
                  + " com.microsoft.onnxruntime:onnxruntime:%s by"
                  + " com.microsoft.onnxruntime:onnxruntime_gpu:%s on the class path"
                  + " (docs/gpu.md)")
              .formatted(device.provider().id(), version, version));
    }
    Step cuda =
        new Step(
            OrtProvider.CUDA,
            Map.of("use_tf32", options.precision() == FloatPrecision.FP32 ? "0" : "1"));
    return new ProviderPlan(
        device,
        switch (device.provider()) {
          case CUDA -> List.of(cuda);
          case ORT_TENSORRT ->
              List.of(new Step(OrtProvider.TENSOR_RT, tensorRt(options, model, caches)), cuda);
          case CPU, TENSORRT -> List.of();
        });
  }

  /**
   * Engines and what was measured for them are kept: the second start takes seconds. Each model has
   * a folder of its own, since ONNX Runtime names engines by the graph alone: two INT8 files of a
   * network differ in weights and scales.
   */
  private static Map<String, String> tensorRt(EngineOptions options, OnnxModel model, Path caches) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("trt_engine_cache_enable", "1");
    settings.put(ENGINES, caches.resolve(folder(model, options.precision())).toString());
    settings.put("trt_timing_cache_enable", "1");
    settings.put("trt_timing_cache_path", caches.toString());
    if (isQuantized(model)) {
      // Scales come from the graph's own QuantizeLinear and DequantizeLinear, not from a table.
      settings.put("trt_int8_enable", "1");
    }
    if (options.precision() == FloatPrecision.FP16) {
      settings.put("trt_fp16_enable", "1");
    }
    return settings;
  }

  /** Where the engines of a model are kept, below the caches. */
  static String folder(OnnxModel model, FloatPrecision precision) {
    return Hashing.sha256().hashBytes(model.toBytes())
        + "-"
        + precision.name().toLowerCase(Locale.ROOT);
  }

  private static boolean isQuantized(OnnxModel model) {
    return model.nodes().stream().anyMatch(node -> OperatorTraits.of(node).dequantizes());
  }

  /**
   * Hands the providers to a session.
   *
   * @throws EngineException if the engine cannot start one
   */
  void apply(SessionOptions session) {
    try {
      if (device.provider() == ExecutionProvider.ORT_TENSORRT) {
        session.addConfigEntry("optimization.disable_specified_optimizers", DISABLED_OPTIMIZER);
        // ONNX Runtime's Java unpacks CUDA's provider, which TensorRT's asks for, only here.
        new OrtCUDAProviderOptions(device.id()).close();
      }
      for (Step step : steps) {
        apply(step, session);
      }
    } catch (OrtException e) {
      throw unusable(e);
    }
  }

  private void apply(Step step, SessionOptions session) throws OrtException {
    if (step.provider() == OrtProvider.TENSOR_RT) {
      Path engines = Path.of(Objects.requireNonNull(step.settings().get(ENGINES)));
      try {
        Files.createDirectories(engines);
      } catch (IOException e) {
        throw new EngineException(
            "Expected a folder for TensorRT's engines, found none that can be made: " + engines, e);
      }
      try (OrtTensorRTProviderOptions options = new OrtTensorRTProviderOptions(device.id())) {
        for (Map.Entry<String, String> setting : step.settings().entrySet()) {
          options.add(setting.getKey(), setting.getValue());
        }
        session.addTensorrt(options);
      }
    } else {
      try (OrtCUDAProviderOptions options = new OrtCUDAProviderOptions(device.id())) {
        for (Map.Entry<String, String> setting : step.settings().entrySet()) {
          options.add(setting.getKey(), setting.getValue());
        }
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
                device.provider() == ExecutionProvider.ORT_TENSORRT ? ", TensorRT" : "",
                cause.getMessage()),
        cause);
  }
}

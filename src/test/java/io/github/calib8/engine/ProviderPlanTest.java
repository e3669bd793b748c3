package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import io.github.calib8.engine.ProviderPlan.Step;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session would get on a machine with GPUs, and what is said on one without. */
class ProviderPlanTest {
  private static final Set<OrtProvider> GPU_BUILD =
      EnumSet.of(OrtProvider.TENSOR_RT, OrtProvider.CUDA, OrtProvider.CPU);
  private static final OnnxModel FP32 = TinyModels.build(TinyModels.classifier(), "prob");
  private static final Step CUDA = new Step(OrtProvider.CUDA, Map.of("use_tf32", "0"));
  private static final Step CUDA_IN_TF32 = new Step(OrtProvider.CUDA, Map.of("use_tf32", "1"));
  private static final Path CACHES = Path.of("/caches");

  private static ProviderPlan plan(Device device, OnnxModel model) {
    return plan(EngineOptions.defaults().withDevice(device), model);
  }

  private static ProviderPlan plan(EngineOptions options, OnnxModel model) {
    return ProviderPlan.of(options, model, GPU_BUILD, "1.28.0", CACHES);
  }

  /** The settings of TensorRT, with those that every session has. */
  private static Step tensorRt(
      OnnxModel model, FloatPrecision precision, Map<String, String> others) {
    Map<String, String> settings = new TreeMap<>(others);
    settings.put("trt_engine_cache_enable", "1");
    settings.put(
        "trt_engine_cache_path", CACHES.resolve(ProviderPlan.folder(model, precision)).toString());
    settings.put("trt_timing_cache_enable", "1");
    settings.put("trt_timing_cache_path", "/caches");
    return new Step(OrtProvider.TENSOR_RT, settings);
  }

  /** With a pair of QuantizeLinear and DequantizeLinear at its end. */
  private static OnnxModel quantized() {
    return quantized(0.01f);
  }

  private static OnnxModel quantized(float scale) {
    GraphBuilder graph = TinyModels.classifier();
    graph.initializer(Tensor.floats("scale", List.of(), scale));
    graph.node("QuantizeLinear", List.of("prob", "scale"), "integers", Map.of());
    graph.node("DequantizeLinear", List.of("integers", "scale"), "rounded", Map.of());
    return TinyModels.build(graph, "rounded");
  }

  @Test
  void theProcessorNeedsNoProvider() {
    assertThat(plan(Device.cpu(), FP32).steps()).isEmpty();
  }

  @Test
  void cudaIsOneProviderInFp32UnlessAskedForTf32() {
    EngineOptions tf32 =
        EngineOptions.defaults().withDevice(Device.cuda(0)).withPrecision(FloatPrecision.TF32);
    assertThat(plan(tf32, FP32).steps()).containsExactly(CUDA_IN_TF32);
    assertThat(plan(Device.cuda(1), FP32).steps()).containsExactly(CUDA);
    assertThat(plan(Device.cuda(1), quantized()).steps()).containsExactly(CUDA);
  }

  @Test
  void tensorRtLeavesTheRestToCudaAndTakesScalesFromAQuantizedGraphOnly() {
    assertThat(plan(Device.ortTensorRt(0), FP32).steps())
        .containsExactly(tensorRt(FP32, FloatPrecision.TF32, Map.of()), CUDA_IN_TF32);
    assertThat(plan(Device.ortTensorRt(0), quantized()).steps())
        .containsExactly(
            tensorRt(quantized(), FloatPrecision.TF32, Map.of("trt_int8_enable", "1")),
            CUDA_IN_TF32);
    EngineOptions fp16 =
        EngineOptions.defaults()
            .withDevice(Device.ortTensorRt(0))
            .withPrecision(FloatPrecision.FP16);
    assertThat(plan(fp16, FP32).steps())
        .containsExactly(
            tensorRt(FP32, FloatPrecision.FP16, Map.of("trt_fp16_enable", "1")), CUDA_IN_TF32);
  }

  /** ONNX Runtime names an engine by the graph: another scale would find the first one's. */
  @Test
  void modelsThatDifferInAScaleAloneKeepTheirEnginesApart() {
    assertThat(ProviderPlan.folder(quantized(0.02f), FloatPrecision.TF32))
        .isNotEqualTo(ProviderPlan.folder(quantized(), FloatPrecision.TF32));
    assertThat(ProviderPlan.folder(FP32, FloatPrecision.FP16))
        .isNotEqualTo(ProviderPlan.folder(FP32, FloatPrecision.TF32));
  }

  @Test
  void aPrecisionThatAProviderHasNotIsRefusedBeforeAnythingIsLoaded() {
    EngineOptions options = EngineOptions.defaults().withPrecision(FloatPrecision.FP16);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> InferenceSession.open(FP32, options))
        .withMessage("Expected floating point of 'cpu' in fp32, found fp16");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () ->
                InferenceSession.open(
                    FP32,
                    options.withDevice(Device.ortTensorRt(0)).withPrecision(FloatPrecision.FP32)))
        .withMessage("Expected floating point of 'ort-tensorrt' in tf32 or fp16, found fp32");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CUDA", "ORT_TENSORRT"})
  void theProcessorsBuildSaysWhatToAdd(ExecutionProvider provider) {
    EngineOptions options = EngineOptions.defaults().withDevice(new Device(provider, 0));
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> InferenceSession.open(FP32, options))
        .withMessage(
            ("Expected ONNX Runtime with provider '%s', found one without; replace"
                    + " com.microsoft.onnxruntime:onnxruntime:1.28.0 by"
                    + " com.microsoft.onnxruntime:onnxruntime_gpu:1.28.0 on the class path"
                    + " (docs/gpu.md)")
                .formatted(provider.id()));
  }

  @Test
  void whatTheMachineLacksIsNamedWithTheEnginesReason() {
    OrtException cause = new OrtException("libcudart.so.12: cannot open shared object file");
    assertThat(plan(Device.cuda(1), FP32).unusable(cause))
        .hasMessage(
            "Expected device 'cuda:1' with its driver, CUDA, cuDNN (docs/gpu.md), ONNX Runtime"
                + " says: libcudart.so.12: cannot open shared object file")
        .hasCause(cause);
    assertThat(plan(Device.ortTensorRt(0), FP32).unusable(cause))
        .hasMessageContaining("'ort-tensorrt:0' with its driver, CUDA, cuDNN, TensorRT");
  }

  @Test
  void devicesAreNumberedFromZeroAndTheProcessorIsOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Device.cuda(-1))
        .withMessage("Expected a device id of 0 or more for 'cuda', found -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Device(ExecutionProvider.CPU, 1))
        .withMessage("Expected a device id of 0 for 'cpu', found 1");
    assertThat(Device.tensorRt(2)).hasToString("tensorrt:2");
    assertThat(Device.cpu()).hasToString("cpu");
  }

  @Test
  void theEnvironmentNamesGpus() {
    List<Device> devices = List.of(Device.cuda(0), Device.cuda(1), Device.cuda(0));
    assertThat(Environment.current(1, devices).engine())
        .isEqualTo("ONNX Runtime 1.28.0 on cuda:0, ONNX Runtime 1.28.0 on cuda:1");
    assertThat(Environment.current(1, List.of(Device.cpu()))).isEqualTo(Environment.current(1));
  }
}

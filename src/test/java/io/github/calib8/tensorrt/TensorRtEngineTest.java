package io.github.calib8.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ExecutionProvider;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.engine.ModelEngine;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class TensorRtEngineTest {
  private static OnnxModel model(List<Long> input, DataType integers) {
    GraphBuilder graph = GraphBuilder.create("tiny");
    graph.input(new ValueInfo("x", DataType.FLOAT, input));
    graph.initializer(Tensor.floats("scale", List.of(), 0.1f));
    graph.initializer(Tensor.bytes("zero", integers, List.of(), (byte) 0));
    graph.node("QuantizeLinear", List.of("x", "scale", "zero"), "q", Map.of());
    graph.node("DequantizeLinear", List.of("q", "scale", "zero"), "y", Map.of());
    graph.outputs(List.of(new ValueInfo("y", DataType.FLOAT, input)));
    return graph.build();
  }

  @Test
  void itIsTheEngineOfItsProvider() {
    assertThat(ModelEngine.of(ExecutionProvider.TENSORRT)).isInstanceOf(TensorRtEngine.class);
    for (ExecutionProvider provider : ExecutionProvider.values()) {
      assertThat(new TensorRtEngine().computesBy(provider))
          .isEqualTo(provider == ExecutionProvider.TENSORRT);
    }
  }

  @Test
  void withoutADriverThereIsALineAndTheProcessLives() {
    Assumptions.assumeFalse(new java.io.File("/proc/driver/nvidia/version").exists());
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () ->
                InferenceSession.open(
                    model(List.of(-1L, 3L, 8L, 8L), DataType.INT8),
                    EngineOptions.defaults().withDevice(Device.tensorRt(0))))
        .withMessageMatching("Expected (NVIDIA's driver .*found none.*|Linux on x86-64 .*)");
  }

  @Test
  void unsignedIntegersAreRefusedWithWhatToDo() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () -> TensorRtEngine.requireTakes(model(List.of(-1L, 3L, 8L, 8L), DataType.UINT8)))
        .withMessageContaining("found UINT8")
        .withMessageContaining("--target tensorrt");
    assertThatCode(
            () -> TensorRtEngine.requireTakes(model(List.of(-1L, 3L, 8L, 8L), DataType.INT8)))
        .doesNotThrowAnyException();
  }

  @Test
  void anInputOfOpenSizeIsRefused() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () -> TensorRtEngine.requireTakes(model(List.of(-1L, 3L, -1L, 8L), DataType.INT8)))
        .withMessageStartingWith(
            "Expected an input of fixed size, but for the batch, in model 'tiny' for TensorRT");
  }

  @Test
  void librariesAreForLinuxOnX86() {
    assertThatCode(() -> TensorRt.requirePlatform("Linux", "amd64")).doesNotThrowAnyException();
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> TensorRt.requirePlatform("Linux", "aarch64"))
        .withMessage("Expected Linux on x86-64 for 'tensorrt', found Linux on aarch64");
  }
}

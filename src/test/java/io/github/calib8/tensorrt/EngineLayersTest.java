package io.github.calib8.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.calib8.engine.EngineException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers as TensorRT 10's inspector writes them, shortened. */
class EngineLayersTest {
  private static String layer(String type, String input, String output) {
    return """
        {"Name": "a", "LayerType": "%s",
         "Inputs": [{"Name": "x", "Dimensions": [1,64,56,56], "Format/Datatype": "%s"}],
         "Outputs": [{"Name": "y", "Dimensions": [1,64,56,56], "Format/Datatype": "%s"}]}
        """
        .formatted(type, input, output);
  }

  private static final String INT8 = "Thirty-two wide channel vectorized row major Int8 format";
  private static final String FP32 = "Row major linear FP32";

  @Test
  void integersAreLayersThatReadInt8AndDoMoreThanChangeItsFormat() {
    assertThat(
            EngineLayers.of(
                List.of(
                    layer("Reformat", FP32, INT8),
                    layer("CaskConvolution", INT8, INT8),
                    layer("CaskConvolution", INT8, FP32),
                    layer("Reformat", INT8, FP32),
                    layer("CaskPooling", FP32, INT8))))
        .isEqualTo(new EngineLayers(5, 2));
  }

  @Test
  void aLayerThatIsNoJsonIsAnError() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> EngineLayers.of(List.of("Layer(a)")))
        .withMessage("Expected a layer of TensorRT's inspector, found: Layer(a)");
  }
}

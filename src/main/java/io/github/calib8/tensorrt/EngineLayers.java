package io.github.calib8.tensorrt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.calib8.engine.EngineException;
import java.util.List;

/**
 * What an engine's layers compute in, by what the inspector says of them.
 *
 * @param count all layers
 * @param inIntegers those that read INT8 and are no mere change of format
 */
record EngineLayers(int count, int inIntegers) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Counts.
   *
   * @param layers a JSON object each, as TensorRT's inspector makes it: {@code LayerType}, and
   *     {@code Inputs} of which each has {@code Format/Datatype}, such as {@code Thirty-two wide
   *     channel vectorized row major Int8 format}
   * @throws EngineException if it is no JSON
   */
  static EngineLayers of(List<String> layers) {
    int integers = 0;
    for (String layer : layers) {
      try {
        JsonNode read = JSON.readTree(layer);
        if (!isReformat(read) && readsInt8(read)) {
          integers++;
        }
      } catch (JsonProcessingException e) {
        throw new EngineException("Expected a layer of TensorRT's inspector, found: " + layer, e);
      }
    }
    return new EngineLayers(layers.size(), integers);
  }

  private static boolean isReformat(JsonNode layer) {
    return layer.path("LayerType").asText().equals("Reformat");
  }

  private static boolean readsInt8(JsonNode layer) {
    for (JsonNode input : layer.path("Inputs")) {
      if (input.path("Format/Datatype").asText().contains("Int8")) {
        return true;
      }
    }
    return false;
  }
}

package io.github.calib8.tensorrt;

import io.github.calib8.engine.FloatPrecision;
import io.github.calib8.work.Internal;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * What engine to build. A value; immutable and thread-safe.
 *
 * @param model an ONNX file of one float32 input
 * @param timingCache a file that an earlier build made, if it is there
 * @param precision how its floating-point operators may compute
 * @param isQuantized whether the file says by QuantizeLinear and DequantizeLinear what is INT8
 * @param largestBatch images at once, for models that leave that open
 * @param level how long to search, 0 to 5
 */
@Internal
public record BuildRequest(
    Path model,
    Path timingCache,
    FloatPrecision precision,
    boolean isQuantized,
    int largestBatch,
    int level) {

  private static final String MODEL = "model";
  private static final String TIMING_CACHE = "timingCache";
  private static final String PRECISION = "precision";
  private static final String IS_QUANTIZED = "isQuantized";
  private static final String LARGEST_BATCH = "largestBatch";
  private static final String LEVEL = "level";

  Properties toProperties() {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            MODEL, model.toString(),
            TIMING_CACHE, timingCache.toString(),
            PRECISION, precision.name(),
            IS_QUANTIZED, Boolean.toString(isQuantized),
            LARGEST_BATCH, Integer.toString(largestBatch),
            LEVEL, Integer.toString(level)));
    return properties;
  }

  static BuildRequest of(Properties properties) {
    return new BuildRequest(
        Path.of(properties.getProperty(MODEL)),
        Path.of(properties.getProperty(TIMING_CACHE)),
        FloatPrecision.valueOf(properties.getProperty(PRECISION)),
        Boolean.parseBoolean(properties.getProperty(IS_QUANTIZED)),
        Integer.parseInt(properties.getProperty(LARGEST_BATCH)),
        Integer.parseInt(properties.getProperty(LEVEL)));
  }
}

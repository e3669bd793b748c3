package io.github.calib8.scale;

import io.github.calib8.work.Internal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Names of the metadata by which an INT8 model says how it was made: {@code quantization} writes
 * them, {@code evaluation} reads them.
 */
@Internal
public final class Int8Metadata {
  /** The names of the images that the scales come from, one a line. */
  public static final String CALIBRATION_IMAGES = "calib8.calibration.images";

  /** Every parameter of the preprocessing of these images, as canonical text. */
  public static final String CALIBRATION_PREPROCESSING = "calib8.calibration.preprocessing";

  /** The SHA-256 of the FP32 model. */
  public static final String MODEL_SHA256 = "calib8.model.sha256";

  /** How the thresholds were found. */
  public static final String METHOD = "calib8.method";

  /** {@code full} or {@code reduced}. */
  public static final String WEIGHTS = "calib8.weights";

  /** {@code inputs} if the weights of some layers were rounded by what they multiply. */
  public static final String ROUNDING = "calib8.rounding";

  /** {@code cpu} or {@code tensorrt}. */
  public static final String TARGET = "calib8.target";

  /** The instruction set that the weights were laid out for, of a model for a CPU. */
  public static final String INSTRUCTION_SET = "calib8.instructionSet";

  /** The outputs of the nodes that were asked to stay in floating point, one a line, if any. */
  public static final String KEPT_FLOAT = "calib8.keptFloat";

  /**
   * The quantized tensors that are {@linkplain TensorCalibration#isSuspect() suspect}, or if there
   * is none, those of the lowest signal-to-noise ratio; see {@link #noisiest(List)}.
   */
  public static final String NOISIEST = "calib8.tensors.noisiest";

  /**
   * Why convolutions and matrix products were left in floating point, if any were; see {@link
   * #readFloatProducts(Map)}.
   */
  public static final String FLOAT_PRODUCTS = "calib8.floatProducts";

  private static final char SEPARATOR = '\t';

  private Int8Metadata() {}

  /**
   * Returns the value of {@link #FLOAT_PRODUCTS}: a line a node, its output and the reason, with a
   * tab between them.
   *
   * @param reasons by the tensor that the node makes, in the graph's order
   */
  public static String writeFloatProducts(Map<String, String> reasons) {
    return reasons.entrySet().stream()
        .map(entry -> entry.getKey() + SEPARATOR + entry.getValue())
        .collect(Collectors.joining("\n"));
  }

  /**
   * Returns the reasons that {@link #FLOAT_PRODUCTS} holds.
   *
   * @param metadata a model's metadata
   * @return why each of these nodes is in floating point, by the tensor that it makes; none if the
   *     model does not say
   */
  public static Map<String, String> readFloatProducts(Map<String, String> metadata) {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (String line : metadata.getOrDefault(FLOAT_PRODUCTS, "").lines().toList()) {
      int separator = line.indexOf(SEPARATOR);
      if (separator >= 0) {
        reasons.put(line.substring(0, separator), line.substring(separator + 1));
      }
    }
    return reasons;
  }

  /**
   * Returns the value of {@link #NOISIEST}: the entries as in a calibration table's JSON.
   *
   * @param entries the tensors, the noisiest first
   */
  public static String noisiest(List<TensorCalibration> entries) {
    return CalibrationTableJson.format(entries);
  }

  /**
   * Returns the tensors that {@link #NOISIEST} names.
   *
   * @param metadata a model's metadata
   * @return the tensors, the noisiest first; none if the model does not say
   * @throws CalibrationTableException if the value is not what {@link #noisiest(List)} returns
   */
  public static List<TensorCalibration> noisiest(Map<String, String> metadata) {
    String value = metadata.get(NOISIEST);
    return value == null ? List.of() : CalibrationTableJson.parseEntries(value, NOISIEST);
  }
}

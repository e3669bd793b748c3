package io.github.calib8.quantization;

import io.github.calib8.onnx.LrnRewriting;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Simplification;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.Provenance;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns an FP32 model and its calibration table into an INT8 model.
 *
 * <p>The result is an ordinary ONNX file of operator set 13 with QuantizeLinear and
 * DequantizeLinear around the operators, laid out so that ONNX Runtime fuses them into integer
 * kernels: activations unsigned, weights signed with a scale for each output channel, biases of 32
 * bits.
 *
 * <p>Immutable and thread-safe.
 */
public final class Quantizer {
  /** Metadata: the names of the images that the table was made from, one a line. */
  public static final String CALIBRATION_IMAGES = "calib8.calibration.images";

  /** Metadata: the SHA-256 of the FP32 model. */
  public static final String MODEL_SHA256 = "calib8.model.sha256";

  /** Metadata: how the thresholds were found. */
  public static final String METHOD = "calib8.method";

  /** Metadata: {@code full} or {@code reduced}. */
  public static final String WEIGHTS = "calib8.weights";

  /** Metadata: the instruction set that the weights were laid out for. */
  public static final String INSTRUCTION_SET = "calib8.instructionSet";

  private final WeightRange weightRange;
  private final @Nullable InstructionSet instructionSet;

  private Quantizer(WeightRange weightRange, @Nullable InstructionSet instructionSet) {
    this.weightRange = weightRange;
    this.instructionSet = instructionSet;
  }

  /**
   * A quantizer for ONNX Runtime on a CPU.
   *
   * <p>By default the model is laid out for the processor that the table was made on: its weights
   * keep to a reduced range where that processor's 8-bit multiplication could saturate.
   *
   * @return the quantizer
   */
  public static Quantizer forCpu() {
    return new Quantizer(WeightRange.AUTOMATIC, null);
  }

  /**
   * The same quantizer for another processor than the one that the table was made on.
   *
   * @param target the instruction set of the processor that will run the model
   * @return a quantizer
   */
  public Quantizer withInstructionSet(InstructionSet target) {
    return new Quantizer(weightRange, target);
  }

  /**
   * The same quantizer with a given range of the weights.
   *
   * @param range the range; {@link WeightRange#AUTOMATIC} by default
   * @return a quantizer
   */
  public Quantizer withWeightRange(WeightRange range) {
    return new Quantizer(range, instructionSet);
  }

  /**
   * Quantizes a model.
   *
   * @param fp32 the model that the table was made of
   * @param table scales of its tensors
   * @return the INT8 model, same inputs and outputs; its metadata says how it was made
   * @throws IllegalArgumentException if the table was made of another model
   */
  public OnnxModel quantize(OnnxModel fp32, CalibrationTable table) {
    Provenance provenance = table.provenance();
    if (!provenance.modelSha256().equals(fp32.sha256())) {
      throw new IllegalArgumentException(
          "Expected a calibration table of model '%s' (SHA-256 %s), found one of model '%s' (SHA-256 %s)"
              .formatted(fp32.name(), fp32.sha256(), provenance.model(), provenance.modelSha256()));
    }
    InstructionSet target = Optional.ofNullable(instructionSet).orElse(provenance.instructionSet());
    WeightRange range = weightRange.resolve(target);
    OnnxModel simple = Simplification.simplify(fp32);
    QuantizationPlan plan = CpuPlanner.plan(simple, table, range);
    return LrnRewriting.apply(QdqRewriter.rewrite(simple, plan))
        .edit()
        .name(fp32.name() + ".int8")
        .metadata(MODEL_SHA256, fp32.sha256())
        .metadata(METHOD, provenance.method())
        .metadata(WEIGHTS, range.name().toLowerCase(Locale.ROOT))
        .metadata(INSTRUCTION_SET, target.name())
        .metadata(CALIBRATION_IMAGES, String.join("\n", provenance.images()))
        .build();
  }
}

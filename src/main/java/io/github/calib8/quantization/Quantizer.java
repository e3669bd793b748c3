package io.github.calib8.quantization;

import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.TensorCalibration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns an FP32 model and its calibration table into an INT8 model.
 *
 * <p>The result is an ordinary ONNX file of operator set 13 or later with QuantizeLinear and
 * DequantizeLinear around the operators, laid out for one target: ONNX Runtime's integer kernels or
 * TensorRT's explicit quantization. Weights are signed, with a scale for each output channel. A
 * {@linkplain #plan plan} says beforehand which nodes will run in integers, and why the others do
 * not.
 *
 * <p>Immutable and thread-safe. An interrupt does not cut it short.
 */
public final class Quantizer {
  /** How many tensors the model's metadata names where none is suspect. */
  private static final int NOISIEST = 3;

  private final Target target;
  private final WeightRange weightRange;
  private final IntegerUse use;
  private final @Nullable InstructionSet instructionSet;

  private Quantizer(
      Target target,
      WeightRange weightRange,
      IntegerUse use,
      @Nullable InstructionSet instructionSet) {
    this.target = target;
    this.weightRange = weightRange;
    this.use = use;
    this.instructionSet = instructionSet;
  }

  /**
   * A quantizer for a target, with what that makes of an automatic range of the weights.
   *
   * @param target who will run the models
   * @return the quantizer
   */
  public static Quantizer forTarget(Target target) {
    return new Quantizer(target, WeightRange.AUTOMATIC, IntegerUse.WHERE_FASTER, null);
  }

  /**
   * A quantizer for ONNX Runtime on a CPU: activations unsigned, biases of 32 bits, rectifiers and
   * LRN rewritten where that is faster.
   *
   * <p>By default the model is laid out for the processor that the table was made on: its weights
   * keep to a reduced range where that processor's 8-bit multiplication could saturate.
   *
   * @return the quantizer
   */
  public static Quantizer forCpu() {
    return forTarget(Target.cpu());
  }

  /**
   * A quantizer for TensorRT's explicit quantization, of version 8.0 or later: activations signed
   * with zero point 0 and scale T/127, biases in floating point, QuantizeLinear and
   * DequantizeLinear at the inputs of Conv, Gemm, MatMul and residual Adds only; all other
   * operators, rectifiers among them, stay.
   *
   * <p>Thresholds should be those of a table with signed types throughout; of an unsigned tensor,
   * the threshold is kept and the scale follows from it. Weights use the full range by default. The
   * model runs in ONNX Runtime, too, but much of it in floating point.
   *
   * @return the quantizer
   * @see <a
   *     href="https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/quantized-types-explicit-quantization.html">
   *     TensorRT: Explicit Quantization</a>
   */
  public static Quantizer forTensorRt() {
    return forTarget(Target.tensorRt());
  }

  /**
   * The same quantizer for another processor than the one that the table was made on.
   *
   * @param newInstructionSet that of the processor that will run the model; no matter to TensorRT
   * @return a quantizer
   */
  public Quantizer withInstructionSet(InstructionSet newInstructionSet) {
    return new Quantizer(target, weightRange, use, newInstructionSet);
  }

  /**
   * The same quantizer with a given range of the weights.
   *
   * @param range the range; {@link WeightRange#AUTOMATIC} by default
   * @return a quantizer
   */
  public Quantizer withWeightRange(WeightRange range) {
    return new Quantizer(target, range, use, instructionSet);
  }

  /**
   * The same quantizer with another use of the integer kernels that there are.
   *
   * @param newUse where they are used; {@link IntegerUse#WHERE_FASTER} by default; no matter to
   *     TensorRT
   * @return a quantizer
   */
  public Quantizer withIntegerUse(IntegerUse newUse) {
    return new Quantizer(target, weightRange, newUse, instructionSet);
  }

  /**
   * Decides what becomes of a model, and why, without writing it.
   *
   * @param fp32 the model that the table was made of
   * @param table scales of its tensors
   * @return the plan
   * @throws IllegalArgumentException if the table was made of another model
   */
  public QuantizationPlan plan(OnnxModel fp32, CalibrationTable table) {
    Provenance provenance = table.provenance();
    requireModel(fp32, provenance, "a calibration table");
    InstructionSet processor =
        Optional.ofNullable(instructionSet).orElse(provenance.instructionSet());
    WeightRange range =
        weightRange == WeightRange.AUTOMATIC ? target.automaticRange(processor) : weightRange;
    return QuantizationPlan.of(target, fp32, table, processor, range, use);
  }

  /**
   * Quantizes a model: plans, and executes the plan.
   *
   * @param fp32 the model that the table was made of
   * @param table scales of its tensors
   * @return the INT8 model, same inputs and outputs; its {@linkplain Int8Metadata metadata} says
   *     how it was made
   * @throws IllegalArgumentException if the table was made of another model
   */
  public OnnxModel quantize(OnnxModel fp32, CalibrationTable table) {
    return quantize(fp32, plan(fp32, table));
  }

  /**
   * Executes a plan.
   *
   * @param fp32 the model that the plan was made of
   * @param plan a plan of a quantizer for the same target; its range of the weights is kept
   * @return the INT8 model, same inputs and outputs; its {@linkplain Int8Metadata metadata} says
   *     how it was made
   * @throws IllegalArgumentException if the plan was made of another model, or for another target
   */
  public OnnxModel quantize(OnnxModel fp32, QuantizationPlan plan) {
    Provenance provenance = plan.table().provenance();
    requireModel(fp32, provenance, "a plan");
    if (!plan.target().equals(target)) {
      throw new IllegalArgumentException(
          "Expected a plan for %s, found one for %s".formatted(target, plan.target()));
    }
    GraphBuilder quantized = target.finish(QdqRewriter.rewrite(plan)).edit();
    if (target.isOnnxRuntime()) {
      quantized.metadata(Int8Metadata.INSTRUCTION_SET, plan.instructionSet().name());
    }
    quantized
        .name(fp32.name() + ".int8")
        .metadata(Int8Metadata.MODEL_SHA256, fp32.sha256())
        .metadata(Int8Metadata.METHOD, plan.table().method())
        .metadata(Int8Metadata.WEIGHTS, plan.weightRange().name().toLowerCase(Locale.ROOT))
        .metadata(Int8Metadata.TARGET, target.id())
        .metadata(Int8Metadata.NOISIEST, Int8Metadata.noisiest(noisiest(plan)))
        .metadata(Int8Metadata.CALIBRATION_IMAGES, String.join("\n", images(plan)))
        .metadata(Int8Metadata.CALIBRATION_PREPROCESSING, provenance.preprocessing());
    if (plan.roundings().stream().anyMatch(LayerRounding::isByInputs)) {
      quantized.metadata(Int8Metadata.ROUNDING, Rounding.inputs().id());
    }
    if (!plan.keptFloat().isEmpty()) {
      quantized.metadata(Int8Metadata.KEPT_FLOAT, String.join("\n", plan.keptFloat()));
    }
    Map<String, String> reasons = floatProducts(plan);
    if (!reasons.isEmpty()) {
      quantized.metadata(Int8Metadata.FLOAT_PRODUCTS, Int8Metadata.writeFloatProducts(reasons));
    }
    return quantized.build();
  }

  /** The images that the model has seen. */
  private static Set<String> images(QuantizationPlan plan) {
    Set<String> images = new LinkedHashSet<>(plan.table().provenance().images());
    images.addAll(plan.roundingImages());
    return images;
  }

  /** Why convolutions and matrix products stay in floating point, by what they make. */
  private static Map<String, String> floatProducts(QuantizationPlan plan) {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (PlannedNode planned : plan.nodes()) {
      boolean isProduct =
          plan.prepared()
              .producer(planned.output())
              .filter(node -> OperatorTraits.of(node).kind().isProduct())
              .isPresent();
      if (isProduct && !planned.isInt8()) {
        reasons.put(planned.output(), planned.reason());
      }
    }
    return reasons;
  }

  private static void requireModel(OnnxModel fp32, Provenance provenance, String what) {
    if (!provenance.modelSha256().equals(fp32.sha256())) {
      throw new IllegalArgumentException(
          "Expected %s of model '%s' (SHA-256 %s), found one of model '%s' (SHA-256 %s)"
              .formatted(
                  what, fp32.name(), fp32.sha256(), provenance.model(), provenance.modelSha256()));
    }
  }

  /** Of the tensors that are quantized: what the table suspects, or else a few to begin with. */
  private static List<TensorCalibration> noisiest(QuantizationPlan plan) {
    List<TensorCalibration> quantized =
        plan.table().noisiest(Integer.MAX_VALUE).stream()
            .filter(entry -> plan.placement().activations().containsKey(entry.tensor()))
            .toList();
    List<TensorCalibration> suspects =
        quantized.stream().filter(TensorCalibration::isSuspect).toList();
    return suspects.isEmpty() ? quantized.stream().limit(NOISIEST).toList() : suspects;
  }
}

package io.github.calib8.quantization;

import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Simplification;
import io.github.calib8.onnx.StridePropagation;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.work.Internal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who will run the INT8 model, and so all that follows from it: which tensors are observed, which
 * integers they become, which nodes run in integers, how the weights are written, and what becomes
 * of the rest of the graph.
 *
 * <p>A value; immutable and thread-safe. A target equals itself alone.
 */
public abstract sealed class Target permits CpuTarget, TensorRtTarget {
  private final String id;

  Target(String id) {
    this.id = id;
  }

  /**
   * ONNX Runtime's integer kernels on a processor.
   *
   * @return the target
   */
  public static Target cpu() {
    return CpuTarget.INSTANCE;
  }

  /**
   * TensorRT's explicit quantization, of version 8.0 or later.
   *
   * @return the target
   */
  public static Target tensorRt() {
    return TensorRtTarget.INSTANCE;
  }

  /**
   * All targets.
   *
   * @return the targets, the default first
   */
  public static List<Target> all() {
    return List.of(cpu(), tensorRt());
  }

  /**
   * The target that a model was made for.
   *
   * @param int8 an INT8 model
   * @return the target that its {@linkplain Int8Metadata#TARGET metadata} name; empty if they name
   *     none that is known
   */
  public static Optional<Target> of(OnnxModel int8) {
    return all().stream()
        .filter(target -> target.id.equals(int8.metadata().get(Int8Metadata.TARGET)))
        .findFirst();
  }

  /**
   * What metadata and the command line call it.
   *
   * @return {@code cpu} or {@code tensorrt}
   */
  public final String id() {
    return id;
  }

  /**
   * The integers that a tensor becomes, which decide for how many levels its threshold is searched:
   * 256 for {@link IntegerType#UINT8}, 128 for {@link IntegerType#INT8}.
   *
   * @param hasNegatives whether a negative value was seen
   * @return the type
   */
  public abstract IntegerType activationType(boolean hasNegatives);

  /**
   * Whether a tensor whose {@linkplain io.github.calib8.histogram.Histogram#isAsymmetric() values
   * are not spread around zero} becomes unsigned integers with a zero point in between.
   *
   * @return true for the CPU
   */
  public abstract boolean hasZeroPoints();

  /**
   * Whether the models are for the integer kernels of ONNX Runtime on a processor. What is made for
   * another engine saturates there where that one does not.
   *
   * @return true for the CPU
   */
  public abstract boolean isOnnxRuntime();

  /**
   * Finds the tensors that need a scale: at least those that a plan for this target can quantize.
   *
   * @param fp32 an FP32 model of one input
   * @return the observation points, in the model as it is rewritten for that
   * @throws io.github.calib8.onnx.OnnxException if the model has more inputs than one
   */
  @Internal
  public ObservationPoints observationPoints(OnnxModel fp32) {
    // What no operator reads is not computed, and so not counted either.
    return ObservationPoints.of(StridePropagation.apply(Simplification.simplify(fp32)));
  }

  /**
   * Rewrites a model into the graph that plans are about: simplified, and as the target runs it
   * best.
   *
   * @param fp32 an FP32 model
   * @return the same function; what is left of the model's tensors has its name
   */
  public abstract OnnxModel prepare(OnnxModel fp32);

  /**
   * Decides where integers go.
   *
   * @param prepared what {@link #prepare} made
   * @param keptFloat the outputs of the nodes that are to stay in floating point
   * @param use no matter to TensorRT, which decides for itself
   * @param processor that of the machine that will run the model; no matter to TensorRT
   */
  abstract Placement place(
      OnnxModel prepared,
      CalibrationTable table,
      Set<String> keptFloat,
      IntegerUse use,
      InstructionSet processor);

  /** How the weights of the nodes that run in integers are written. */
  abstract WeightForm weightForm();

  /** What {@link WeightRange#AUTOMATIC} stands for. */
  abstract WeightRange automaticRange(InstructionSet instructionSet);

  /** Rewrites what stays in floating point, where that is slow. */
  abstract OnnxModel finish(OnnxModel quantized);

  @Override
  public final String toString() {
    return id;
  }
}

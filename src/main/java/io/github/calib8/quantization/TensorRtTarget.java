package io.github.calib8.quantization;

import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Simplification;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.IntegerType;
import java.util.Set;

/**
 * TensorRT, which has kernels of its own for what stays in floating point, and multiplies without
 * saturating.
 */
final class TensorRtTarget extends Target {
  static final TensorRtTarget INSTANCE = new TensorRtTarget();

  private TensorRtTarget() {
    super("tensorrt");
  }

  /** The one type that TensorRT has. */
  @Override
  public IntegerType activationType(boolean hasNegatives) {
    return IntegerType.INT8;
  }

  /** Symmetric ranges alone. */
  @Override
  public boolean hasZeroPoints() {
    return false;
  }

  @Override
  public boolean isOnnxRuntime() {
    return false;
  }

  @Override
  public OnnxModel prepare(OnnxModel fp32) {
    return Simplification.simplify(fp32);
  }

  @Override
  Placement place(
      OnnxModel prepared,
      CalibrationTable table,
      Set<String> keptFloat,
      IntegerUse use,
      InstructionSet processor) {
    return TensorRtPlanner.plan(prepared, table, keptFloat);
  }

  @Override
  WeightForm weightForm() {
    return WeightForm.ROUNDED_ON_LOAD;
  }

  @Override
  WeightRange automaticRange(InstructionSet instructionSet) {
    return WeightRange.FULL;
  }

  @Override
  OnnxModel finish(OnnxModel quantized) {
    return quantized;
  }
}

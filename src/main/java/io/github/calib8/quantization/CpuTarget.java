package io.github.calib8.quantization;

import io.github.calib8.onnx.LrnRewriting;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.PoolingGaps;
import io.github.calib8.onnx.Simplification;
import io.github.calib8.onnx.StridePropagation;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.IntegerType;
import java.util.Set;

/** ONNX Runtime on a processor. */
final class CpuTarget extends Target {
  static final CpuTarget INSTANCE = new CpuTarget();

  private CpuTarget() {
    super("cpu");
  }

  /** Unsigned where that loses nothing: the kernels make the most of it. */
  @Override
  public IntegerType activationType(boolean hasNegatives) {
    return hasNegatives ? IntegerType.INT8 : IntegerType.UINT8;
  }

  /** Any: all kernels read and write 8-bit integers with a zero point of their own. */
  @Override
  public boolean hasZeroPoints() {
    return true;
  }

  @Override
  public boolean isOnnxRuntime() {
    return true;
  }

  @Override
  public OnnxModel prepare(OnnxModel fp32) {
    return PoolingGaps.guard(StridePropagation.apply(Simplification.simplify(fp32)));
  }

  @Override
  Placement place(
      OnnxModel prepared,
      CalibrationTable table,
      Set<String> keptFloat,
      IntegerUse use,
      InstructionSet processor) {
    return CpuPlanner.plan(prepared, table, keptFloat, use, processor);
  }

  @Override
  WeightForm weightForm() {
    return WeightForm.INTEGERS;
  }

  @Override
  WeightRange automaticRange(InstructionSet instructionSet) {
    return instructionSet.saturatesU8S8() ? WeightRange.REDUCED : WeightRange.FULL;
  }

  @Override
  OnnxModel finish(OnnxModel quantized) {
    return LrnRewriting.apply(quantized);
  }
}

package io.github.calib8.quantization;

import io.github.calib8.onnx.LrnRewriting;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.StridePropagation;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import java.util.Locale;

/** Who will run the INT8 model: decides what becomes of the graph. */
enum Target {
  /** ONNX Runtime on a processor. */
  CPU {
    @Override
    OnnxModel prepare(OnnxModel simple) {
      return StridePropagation.apply(simple);
    }

    @Override
    QuantizationPlan plan(OnnxModel model, CalibrationTable table, WeightRange range) {
      return CpuPlanner.plan(model, table, range);
    }

    @Override
    WeightRange automaticRange(InstructionSet instructionSet) {
      return instructionSet.saturatesU8S8() ? WeightRange.REDUCED : WeightRange.FULL;
    }

    @Override
    OnnxModel finish(OnnxModel quantized) {
      return LrnRewriting.apply(quantized);
    }
  },
  /**
   * TensorRT, which has kernels of its own for everything else, and multiplies without saturating.
   */
  TENSORRT {
    @Override
    OnnxModel prepare(OnnxModel simple) {
      return simple;
    }

    @Override
    QuantizationPlan plan(OnnxModel model, CalibrationTable table, WeightRange range) {
      return TensorRtPlanner.plan(model, table, range);
    }

    @Override
    WeightRange automaticRange(InstructionSet instructionSet) {
      return WeightRange.FULL;
    }

    @Override
    OnnxModel finish(OnnxModel quantized) {
      return quantized;
    }
  };

  /** Rewrites the FP32 graph, where that makes the integers faster. */
  abstract OnnxModel prepare(OnnxModel simple);

  /**
   * Decides where integers go.
   *
   * @param range {@link WeightRange#FULL} or {@link WeightRange#REDUCED}
   */
  abstract QuantizationPlan plan(OnnxModel model, CalibrationTable table, WeightRange range);

  /** What {@link WeightRange#AUTOMATIC} stands for. */
  abstract WeightRange automaticRange(InstructionSet instructionSet);

  /** Rewrites what stays in floating point, where that is slow. */
  abstract OnnxModel finish(OnnxModel quantized);

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}

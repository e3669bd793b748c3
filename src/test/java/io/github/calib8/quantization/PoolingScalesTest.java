package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.TrialRun;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.InstructionSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An average between scales that ONNX Runtime's kernels refuse is planned in floating point. */
class PoolingScalesTest {
  private static final Map<String, Map<String, Attribute>> POOLINGS =
      Map.of(
          "GlobalAveragePool",
          Map.of(),
          "AveragePool",
          Map.of("kernel_shape", Attribute.ints(4, 4)));

  /** Averages 16 values of up to 1. */
  private static final class Net extends TabledGraph {
    QuantizationPlan plan(String operator, boolean rectified, double threshold) {
      String conv = conv("first", input());
      signed(conv, 1);
      String pool = builder.node(operator, List.of(conv), "pool", POOLINGS.get(operator));
      signed(pool, rectified ? 1 : threshold);
      if (rectified) {
        pool = node("Relu", "relu", pool);
        unsigned(pool, threshold);
      }
      String second = conv("second", pool);
      signed(second, 1);
      OnnxModel model = model(node("Sigmoid", "sigmoid", second));
      return Quantizer.forCpu().plan(model, table(model, InstructionSet.AVX512_VNNI));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GlobalAveragePool, false, 1, INT8",
    "GlobalAveragePool, false, 0.00391, INT8",
    "GlobalAveragePool, false, 0.0039, FLOAT",
    "GlobalAveragePool, false, 3e-7, FLOAT",
    "GlobalAveragePool, false, 255.9, INT8",
    "GlobalAveragePool, false, 256.1, FLOAT",
    "GlobalAveragePool, false, 1e12, FLOAT",
    "GlobalAveragePool, true, 1, INT8",
    "GlobalAveragePool, true, 3e-7, INT8",
    "AveragePool, false, 1, INT8",
    "AveragePool, false, 3e-7, FLOAT",
  })
  void thePlanSaysWhatTheEngineWould(
      String operator, boolean rectified, double threshold, NodePrecision precision) {
    QuantizationPlan plan = new Net().plan(operator, rectified, threshold);

    PlannedNode pooling = plan.find("pool").orElseThrow();
    assertThat(pooling.precision()).isEqualTo(precision);
    assertThat(pooling.reason().contains("times its output's"))
        .isEqualTo(precision == NodePrecision.FLOAT);
    // In integers on both sides of it the engine would fuse it nevertheless.
    assertThat(plan.find("second").orElseThrow().isInt8())
        .isEqualTo(precision == NodePrecision.INT8 && threshold > 1e-3);
    TrialRun.run(
        Quantizer.forCpu().quantize(plan.prepared(), plan), EngineOptions.defaults(), null);
  }
}

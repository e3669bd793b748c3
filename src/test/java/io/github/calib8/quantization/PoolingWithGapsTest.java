package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.TrialRun;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.OnnxModel;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No integer kernel of ONNX Runtime pools with gaps, which operator set 19 has brought. */
class PoolingWithGapsTest {
  @ParameterizedTest
  @CsvSource({"2, FLOAT", "1, INT8"})
  void itStaysInFloatingPoint(long dilation, NodePrecision precision) {
    SmallClassifier net = new SmallClassifier();
    String relu = net.relu("relu1", net.conv("first", "data", 3, 20));
    String pool =
        net.node(
            "AveragePool",
            "pool",
            Map.of(
                "kernel_shape", Attribute.ints(2, 2),
                "dilations", Attribute.ints(dilation, dilation)),
            relu);
    String conv = net.relu("relu2", net.conv("second", pool, 20, 20));
    OnnxModel model = net.build(net.head(conv, 20)).edit().opset("", 19).build();
    Target target = Target.cpu();

    Quantizer quantizer = Quantizer.forTarget(target);
    QuantizationPlan plan =
        quantizer.plan(model, TargetContractTest.table(model, target.observationPoints(model)));
    PlannedNode pooling =
        plan.nodes().stream()
            .filter(node -> node.operator().equals("AveragePool"))
            .findFirst()
            .orElseThrow();

    assertThat(pooling.precision()).isEqualTo(precision);
    assertThat(pooling.reason().contains("dilations")).isEqualTo(dilation > 1);
    TrialRun.run(quantizer.quantize(model, plan), EngineOptions.defaults(), null);
  }
}

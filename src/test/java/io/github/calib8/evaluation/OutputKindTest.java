package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputKindTest {

  @Test
  void aSoftmaxMakesProbabilities() {
    assertThat(OutputKind.of(chain("Relu", "Softmax"))).isEqualTo(OutputKind.PROBABILITIES);
  }

  @Test
  void aSoftmaxIsFoundBehindNodesThatHandItOn() {
    assertThat(OutputKind.of(chain("Softmax", "Flatten", "Identity")))
        .isEqualTo(OutputKind.PROBABILITIES);
    assertThat(OutputKind.of(chain("Softmax", "Dropout", "Transpose", "Cast")))
        .isEqualTo(OutputKind.PROBABILITIES);
  }

  @Test
  void anythingElseMakesLogits() {
    assertThat(OutputKind.of(chain("Softmax", "Relu"))).isEqualTo(OutputKind.LOGITS);
    assertThat(OutputKind.of(chain("Softmax", "ReduceMax"))).isEqualTo(OutputKind.LOGITS);
    assertThat(OutputKind.of(chain("LogSoftmax"))).isEqualTo(OutputKind.LOGITS);
    assertThat(OutputKind.of(chain("Flatten"))).isEqualTo(OutputKind.LOGITS);
  }

  @Test
  void logProbabilitiesOfLogitsAreTheirSoftmax() {
    double[] log = new double[3];
    OutputKind.LOGITS.logProbabilities(new float[] {9, 1, 2, 3}, 1, 3, log);

    double sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
    for (int c = 0; c < 3; c++) {
      assertThat(log[c]).isCloseTo(Math.log(Math.exp(c + 1) / sum), within(1e-14));
    }
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    double[] log = new double[2];
    OutputKind.LOGITS.logProbabilities(new float[] {3e38f, -3e38f}, 0, 2, log);

    assertThat(log[0]).isZero();
    assertThat(log[1]).isFinite();
  }

  @Test
  void probabilitiesAreNormalizedAndAZeroIsTiny() {
    double[] log = new double[3];
    OutputKind.PROBABILITIES.logProbabilities(new float[] {0.5f, 0, 1.5f}, 0, 3, log);

    assertThat(log[0]).isCloseTo(Math.log(0.25), within(1e-14));
    assertThat(log[1]).isCloseTo(-127 * Math.log(2), within(1e-12));
    assertThat(log[2]).isCloseTo(Math.log(0.75), within(1e-14));
  }

  private static OnnxModel chain(String... operators) {
    GraphBuilder graph = GraphBuilder.create("chain");
    String tensor = graph.input(new ValueInfo("in", DataType.FLOAT, List.of(-1L, 10L)));
    for (String operator : operators) {
      tensor = graph.node(operator, List.of(tensor), graph.uniqueName("t"), Map.of());
    }
    graph.output(new ValueInfo(tensor, DataType.FLOAT, List.of(-1L, 10L)));
    return graph.build();
  }
}

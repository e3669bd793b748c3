package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.networks.Architecture;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Simplification;
import io.github.calib8.onnx.StridePropagation;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads ONNX Runtime's own optimized graph: which kernels will run? */
class IntegerKernelsTest {
  /** What may stay in floating point: the inside of an LRN, the ends, and changes of layout. */
  private static final Set<String> FLOATING_POINT =
      Set.of("Mul", "MatMul", "Add", "Sqrt", "Div", "Softmax", "Transpose", "Flatten", "Reshape");

  private static final Set<String> INTEGER =
      Set.of(
          "QuantizeLinear",
          "DequantizeLinear",
          "QLinearConv",
          "QGemm",
          "QLinearAdd",
          "QLinearConcat",
          "QLinearAveragePool",
          "QLinearGlobalAveragePool",
          "NhwcMaxPool");

  @ParameterizedTest
  @MethodSource("io.github.calib8.networks.Architecture#classic")
  void everyConvolutionAndMatrixProductRunsInIntegers(Architecture architecture)
      throws IOException {
    OnnxModel fp32 = NarrowNetworks.of(architecture);
    OnnxModel int8 =
        Quantizer.forCpu()
            .withIntegerUse(IntegerUse.EVERYWHERE)
            .quantize(fp32, NarrowNetworks.table(fp32, Target.cpu()));
    OnnxModel optimized = InferenceSession.optimized(int8, EngineOptions.defaults().withThreads(1));

    List<Node> inIntegers =
        optimized.nodes().stream().filter(node -> INTEGER.contains(node.opType())).toList();
    assertThat(count(inIntegers, "QLinearConv")).isEqualTo(count(fp32.nodes(), "Conv"));
    assertThat(count(inIntegers, "QGemm")).isEqualTo(count(fp32.nodes(), "Gemm"));
    OnnxModel strided = StridePropagation.apply(Simplification.simplify(fp32));
    assertThat(count(inIntegers, "NhwcMaxPool")).isEqualTo(count(strided.nodes(), "MaxPool"));
    assertThat(count(inIntegers, "QLinearAdd")).isEqualTo(count(fp32.nodes(), "Add"));
    assertThat(optimized.nodes())
        .filteredOn(node -> !inIntegers.contains(node))
        .extracting(Node::opType)
        .isSubsetOf(FLOATING_POINT);
    long norms = count(fp32.nodes(), "LRN");
    assertThat(count(optimized.nodes(), "MatMul")).isEqualTo(norms);
    // One at the input; around each LRN one in front of it and one behind.
    assertThat(count(optimized.nodes(), "QuantizeLinear")).isLessThanOrEqualTo(1 + 2 * norms);
  }

  private static long count(List<Node> nodes, String opType) {
    return nodes.stream().filter(node -> node.opType().equals(opType)).count();
  }
}

package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.engine.Processor;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Operators beside convolutions and matrix products: the engine's own graph says that they run on
 * integers with nothing between them, and the outputs are those of the floating-point graph.
 */
class IntegerOperatorsTest {
  private static final EngineOptions ONE_THREAD = EngineOptions.defaults().withThreads(1);

  /**
   * Of the differences between images. They are 0.013 to 0.034, measured with AVX-512 VNNI. Where
   * one tensor is read with a scale that is wrong by an eighth they are 0.14 or more, with a zero
   * point that is wrong by 16 0.09 or more. Only in front of squeezeAndExcitation's gate, which
   * hardly moves, it takes more to be seen: there they are 0.027 to 0.033, and 0.044 to 0.47. Where
   * the processor saturates, weights have half the range; that bound was not measured.
   */
  private static final double TOLERANCE =
      Processor.current().instructionSet().saturatesU8S8() ? 0.12 : 0.06;

  private final SmallClassifier net = new SmallClassifier();

  /** The kernels that run; the model reads and makes floating point, and nothing else does. */
  private List<String> kernels(String output) {
    OnnxModel fp32 = net.build(output);
    OnnxModel int8 = Quantizer.forCpu().quantize(fp32, SmallClassifier.calibrate(fp32));
    assertThat(SmallClassifier.distance(fp32, int8)).isLessThan(TOLERANCE);
    List<String> kernels =
        InferenceSession.optimized(int8, ONE_THREAD).nodes().stream().map(Node::opType).toList();
    assertThat(kernels).filteredOn("QuantizeLinear"::equals).hasSize(1);
    assertThat(kernels).doesNotContain("DequantizeLinear", "Conv", "FusedConv", "Gemm");
    return kernels;
  }

  @Test
  void sigmoidTimesItsInput() {
    String conv = net.conv("c1", "data", 3, 8);
    String silu = net.node("Mul", "silu", conv, net.node("Sigmoid", "gate", conv));
    net.head(net.conv("c2", silu, 8, 8), 8);
    assertThat(kernels("logits")).contains("QLinearSigmoid", "QLinearMul");
  }

  @Test
  void squeezeAndExcitation() {
    String deep = net.relu("r1", net.conv("c1", "data", 3, 8));
    String mean =
        net.node(
            "ReduceMean",
            "squeeze",
            Map.of("axes", Attribute.ints(2, 3), "keepdims", Attribute.of(1)),
            deep);
    String gate = net.node("Sigmoid", "gate", net.conv("c2", mean, 8, 8));
    net.head(net.conv("c3", net.node("Mul", "scaled", gate, deep), 8, 8), 8);
    assertThat(kernels("logits"))
        .contains("QLinearGlobalAveragePool", "QLinearSigmoid", "QLinearMul");
  }

  @Test
  void leakyRelu() {
    String leaky =
        net.node(
            "LeakyRelu",
            "leaky",
            Map.of("alpha", Attribute.of(0.1f)),
            net.conv("c1", "data", 3, 8));
    net.head(net.conv("c2", leaky, 8, 8), 8);
    assertThat(kernels("logits")).contains("QLinearLeakyRelu");
  }

  @Test
  void aMeanOverPixelsThatDropsThem() {
    String mean =
        net.node(
            "ReduceMean",
            "mean",
            Map.of("axes", Attribute.ints(-1, -2), "keepdims", Attribute.of(0)),
            net.relu("r1", net.conv("c1", "data", 3, 8)));
    net.node("Gemm", "logits", mean, net.weights("fc.weight", 8, 5), net.bias("fc.bias", 5));
    assertThat(kernels("logits")).contains("QLinearGlobalAveragePool", "QGemm");
  }

  @Test
  void channelsThatAreSlicedAndShuffled() {
    String wide = net.relu("r1", net.conv("c1", "data", 3, 8));
    String left =
        net.node(
            "Slice",
            "left",
            wide,
            net.longs("zero", 0),
            net.longs("four", 4),
            net.longs("channels", 1));
    String right =
        net.node(
            "Slice",
            "right",
            wide,
            net.longs("from", 4),
            net.longs("eight", 8),
            net.longs("axis", 1));
    String both = net.concat("both", left, net.relu("r2", net.conv("c2", right, 4, 4)));
    net.head(net.conv("c3", both, 8, 8), 8);
    assertThat(kernels("logits")).contains("Split", "QLinearConcat");
  }
}

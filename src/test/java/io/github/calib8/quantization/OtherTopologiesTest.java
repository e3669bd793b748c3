package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.engine.Processor;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.Bodies;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Users' classifiers are not only the seven networks: whatever the graph, the INT8 model computes
 * what the FP32 model does, and what can run in integers does.
 */
class OtherTopologiesTest {
  private static final EngineOptions ONE_THREAD = EngineOptions.defaults().withThreads(1);

  /**
   * Of the differences between images; 8 bits in a handful of layers make 0.01 to 0.04. Where the
   * processor saturates, weights have half the range, thus twice the error.
   */
  private static final double TOLERANCE =
      Processor.current().instructionSet().saturatesU8S8() ? 0.12 : 0.06;

  private final SmallClassifier net = new SmallClassifier();

  /** Calibrates, quantizes, compares the outputs, and counts the kernels that run. */
  private void check(String output, int convolutions, int products) {
    OnnxModel fp32 = net.build(output);
    OnnxModel int8 = quantize(fp32);
    List<String> kernels =
        InferenceSession.optimized(int8, ONE_THREAD).nodes().stream().map(Node::opType).toList();
    assertThat(kernels).filteredOn("QLinearConv"::equals).hasSize(convolutions);
    assertThat(kernels).filteredOn("QGemm"::equals).hasSize(products);
    assertThat(SmallClassifier.distance(fp32, int8)).isLessThan(TOLERANCE);
  }

  private static OnnxModel quantize(OnnxModel fp32) {
    return Quantizer.forCpu().quantize(fp32, SmallClassifier.calibrate(fp32));
  }

  @Test
  void squeezeNetEndsInAConvolutionAndAPool() {
    String fire = net.relu("squeeze", net.conv("c1", "data", 3, 8));
    String wide =
        net.concat(
            "expand",
            net.relu("e1", net.conv("c2", fire, 8, 8)),
            net.relu("e2", net.conv("c3", fire, 8, 8)));
    String last = net.relu("r4", net.conv("c4", net.maxPool("pool", wide), 16, 5));
    String mean = net.node("GlobalAveragePool", "mean", last);
    net.node("Softmax", "prob", Map.of("axis", Attribute.of(1)), mean);
    check("prob", 4, 0);
  }

  @Test
  void squeezeNetOfAnOldOperatorSet() {
    net.graph().opset("", 8);
    String last = net.relu("r", net.conv("c", "data", 3, 5));
    String mean = net.node("GlobalAveragePool", "mean", last);
    net.node("Softmax", "prob", mean);
    check("prob", 1, 0);
  }

  @Test
  void mobileNetV2ClipsAt6AndConvolvesInGroups() {
    String stem = net.relu6("r1", net.norm("n1", net.conv("c1", "data", 3, 8), 8));
    String wide = net.relu6("r2", net.norm("n2", net.grouped("c2", stem, 8, 16, 1), 16));
    String deep = net.relu6("r3", net.norm("n3", net.grouped("c3", wide, 16, 16, 16), 16));
    String thin = net.norm("n4", net.grouped("c4", deep, 16, 8, 2), 8);
    String sum = net.node("Add", "sum", stem, thin);
    net.head(net.relu6("r5", net.conv("c5", sum, 8, 16)), 16);
    check("logits", 5, 1);
  }

  @Test
  void aClipBelowItsInputsRangeStillClips() {
    String low = net.clip("low", net.conv("c1", "data", 3, 8), 0, 0.5f);
    String band = net.clip("band", net.conv("c2", low, 8, 8), -0.4f, 0.4f);
    net.head(net.conv("c3", band, 8, 8), 8);
    check("logits", 3, 1);
  }

  @Test
  void mobileNetV3GatesWithHardSwish() {
    net.graph().opset("", 14);
    String stem = net.node("HardSwish", "h1", net.conv("c1", "data", 3, 8));
    String deep = net.node("HardSwish", "h2", net.grouped("c2", stem, 8, 8, 8));
    String mean = net.node("GlobalAveragePool", "squeeze", deep);
    String gate = net.node("HardSigmoid", "gate", net.conv("c3", mean, 8, 8));
    net.head(net.conv("c4", net.node("Mul", "scaled", deep, gate), 8, 8), 8);
    check("logits", 4, 1);
  }

  @Test
  void hardSwishInPieces() {
    String c = net.conv("c1", "data", 3, 8);
    String clipped = net.clip("clip", net.node("Add", "plus3", c, net.scalar("three", 3)), 0, 6);
    String product = net.node("Mul", "product", c, clipped);
    net.head(net.node("Div", "swish", product, net.scalar("six", 6)), 8);
    check("logits", 1, 1);
  }

  @Test
  void densenetNormalizesInFrontAndConcatenatesConcatenations() {
    String x0 = net.relu("r0", net.conv("c0", "data", 3, 8));
    String x1 = net.conv("c1", net.relu("r1", net.norm("n1", x0, 8)), 8, 8);
    String d1 = net.concat("d1", x0, x1);
    String x2 = net.conv("c2", net.relu("r2", net.norm("n2", d1, 16)), 16, 8);
    String d2 = net.concat("d2", d1, x2);
    String x3 = net.conv("c3", net.relu("r3", net.norm("n3", d2, 24)), 24, 8);
    String d3 = net.concat("d3", d2, x3);
    String transition = net.conv("c4", net.relu("r4", net.norm("n4", d3, 32)), 32, 16);
    String pool =
        net.node(
            "AveragePool",
            "pool",
            Map.of("kernel_shape", Attribute.ints(2, 2), "strides", Attribute.ints(2, 2)),
            transition);
    net.head(net.relu("r5", net.norm("n5", pool, 16)), 16);
    check("logits", 10, 1);
  }

  @Test
  void inceptionV3AveragesInABranch() {
    String stem = net.conv("c0", "data", 3, 8);
    String left = net.relu("r1", net.conv("c1", stem, 8, 4));
    String right = net.relu("r2", net.conv("c2", net.averagePool("p2", stem, true), 8, 4));
    String third = net.averagePool("p3", stem, false);
    String fourth = net.averagePool("p4", left, true);
    String both = net.concat("both", left, right, third, fourth);
    net.head(net.relu("r3", net.conv("c3", both, 20, 16)), 16);
    check("logits", 4, 1);
  }

  @Test
  void aClippedBranchKeepsItsBoundBesideAWiderOne() {
    String narrow = net.clip("narrow", net.conv("a", "data", 3, 4), 0, 0.5f);
    String wide = net.relu("wide", net.conv("b", "data", 3, 4));
    net.head(net.conv("c", net.concat("both", narrow, wide), 8, 8), 8);
    check("logits", 3, 1);
  }

  @Test
  void anAttentionMapOfAnOldOperatorSet() {
    net.graph().opset("", 11);
    String values = net.relu("r", net.conv("c", "data", 3, 8));
    String map = net.node("Softmax", "map", Map.of("axis", Attribute.of(2)), values);
    net.head(net.node("Mul", "seen", values, map), 8);
    check("logits", 1, 1);
  }

  @Test
  void mxnetSaysThatItsNormalizationIsSpatial() {
    net.graph().opset("", 7);
    String pool = net.maxPool("pool", net.relu("r", net.conv("c", "data", 3, 8)));
    net.graph()
        .node(
            "BatchNormalization",
            List.of(
                pool,
                net.positive("gamma", 8),
                net.bias("beta", 8),
                net.bias("moving", 8),
                net.positive("var", 8)),
            "norm",
            Map.of("spatial", Attribute.of(1)));
    net.head(net.conv("c2", "norm", 8, 8), 8);
    check("logits", 3, 1);
  }

  @Test
  void aConcatOfPoolsOfDifferentSigns() {
    String a = net.relu("ra", net.conv("a", "data", 3, 4));
    String b = net.conv("b", "data", 3, 4);
    String both = net.concat("both", net.maxPool("pa", a), net.maxPool("pb", b));
    net.head(net.relu("r", net.conv("c", both, 8, 8)), 8);
    check("logits", 3, 1);
  }

  @Test
  void aReluBehindAConcat() {
    String both = net.concat("both", net.conv("a", "data", 3, 4), net.conv("b", "data", 3, 4));
    net.head(net.conv("c", net.relu("r", both), 8, 8), 8);
    check("logits", 3, 1);
  }

  @Test
  void aReluBehindAPool() {
    String pool = net.maxPool("pool", net.conv("a", "data", 3, 4));
    String mean = net.averagePool("blur", net.conv("b", net.relu("r1", pool), 4, 8), true);
    net.head(net.conv("c", net.relu("r2", mean), 8, 8), 8);
    check("logits", 3, 1);
  }

  @Test
  void aSumThatAReluClips() {
    String left = net.conv("a", "data", 3, 8);
    String right = net.conv("b", "data", 3, 8);
    String first = net.relu("r1", net.node("Add", "sum1", left, right));
    String second = net.relu("r2", net.node("Add", "sum2", first, net.conv("c", first, 8, 8)));
    String third = net.node("Sum", "sum3", first, second, net.conv("d", second, 8, 8));
    net.head(net.conv("e", net.relu("r3", third), 8, 8), 8);
    check("logits", 5, 1);
  }

  @Test
  void aTensorAddedToItself() {
    String a = net.relu("r", net.conv("a", "data", 3, 8));
    net.head(net.conv("b", net.node("Add", "twice", a, a), 8, 8), 8);
    check("logits", 2, 1);
  }

  @Test
  void aPyTorchViewComputesItsShape() {
    String r = net.relu("r", net.conv("c", "data", 3, 4));
    String pool = net.maxPool("pool", net.maxPool("pool1", r));
    String shape = net.node("Shape", "shape", pool);
    String first = net.graph().initializer(Tensor.longs("first", List.of(), 0));
    String batch = net.node("Gather", "batch", shape, first);
    String list = net.node("Unsqueeze", "list", batch, net.longs("axes", 0));
    String target =
        net.node("Concat", "target", Map.of("axis", Attribute.of(0)), list, net.longs("rest", -1));
    String flat = net.node("Reshape", "view", pool, target);
    net.node(
        "Gemm",
        "logits",
        Map.of("transB", Attribute.of(1)),
        flat,
        net.weights("fc.weight", 5, 64),
        net.bias("fc.bias", 5));
    check("logits", 1, 1);
  }

  @Test
  void aClassifierOfMatMulAndAdd() {
    String r = net.relu("r", net.conv("c", "data", 3, 4));
    String flat = net.node("Reshape", "flat", r, net.longs("shape", -1, 1024));
    String hidden = net.node("MatMul", "m1", flat, net.weights("w1", 1024, 16));
    String active = net.relu("r1", net.node("Add", "b1", hidden, net.bias("bias1", 16)));
    String logits = net.node("MatMul", "m2", active, net.weights("w2", 16, 5));
    net.node("Softmax", "prob", net.node("Add", "b2", logits, net.bias("bias2", 5)));
    check("prob", 1, 2);
  }

  @Test
  void aPooledMeanByReduceMean() {
    String r = net.relu("r", net.conv("c", "data", 3, 8));
    Map<String, Attribute> axes = Map.of("axes", Attribute.ints(2, 3), "keepdims", Attribute.of(0));
    String mean = net.node("ReduceMean", "mean", axes, r);
    net.node("Gemm", "logits", mean, net.weights("w", 8, 5));
    check("logits", 1, 1);
  }

  @Test
  void weightsAndBiasesOfTwoNodes() {
    String w = net.weights("shared.weight", 8, 8, 3, 3);
    String b = net.bias("shared.bias", 8);
    String a = net.relu("ra", net.conv("a", "data", 3, 8));
    String c = net.relu("rc", net.norm("norm", net.conv("c", a, w, b), 8));
    String d = net.relu("rd", net.conv("d", c, w, b));
    net.head(net.conv("e", d, w), 8);
    check("logits", 4, 1);
  }

  @Test
  void aBiasOfOneValueForAllClasses() {
    String flat = net.node("Flatten", "flat", net.relu("r", net.conv("c", "data", 3, 4)));
    net.node("Gemm", "logits", flat, net.weights("w", 1024, 5), net.bias("b", 1));
    check("logits", 1, 1);
  }

  @Test
  void aModelThatIsOneMatrixProduct() {
    String flat = net.node("Flatten", "flat", "data");
    net.node("Gemm", "logits", flat, net.weights("w", 768, 5), net.bias("b", 5));
    check("logits", 0, 1);
  }

  @Test
  void constantsThatAreNamedLikeTheScaleOfATensor() {
    String c = net.conv("c1", "data", 3, 8);
    String r = net.relu("r", c);
    String scaled = net.node("Mul", "m", r, net.scalar("r_scale", 3));
    String shifted = net.node("Add", "s", scaled, net.scalar("r_quantized", 0.5f));
    String zero = net.node("Add", "z", shifted, net.scalar("data_dequantized", 0.5f));
    net.head(net.conv("c2", zero, net.weights("z_zero_point", 8, 8, 3, 3)), 8);
    check("logits", 2, 1);
  }

  @Test
  void aReluInFrontOfAnOutputThatOthersReadToo() {
    String a = net.relu("r", net.conv("a", "data", 3, 8));
    net.head(net.conv("b", a, 8, 8), 8);
    net.graph().output(new ValueInfo("r", DataType.FLOAT, List.of()));
    OnnxModel fp32 = net.build("logits");
    OnnxModel int8 = quantize(fp32);
    assertThat(int8.outputs()).isEqualTo(fp32.outputs());
    assertThat(int8.producer("r")).isPresent();
    InferenceSession.optimized(int8, ONE_THREAD);
  }

  @Test
  void otherActivations() {
    String leaky = net.node("LeakyRelu", "leaky", net.conv("c1", "data", 3, 8));
    String c2 = net.conv("c2", leaky, 8, 8);
    String silu = net.node("Mul", "silu", c2, net.node("Sigmoid", "s2", c2));
    String prelu =
        net.node("PRelu", "prelu", net.conv("c3", silu, 8, 8), net.scalar("slope", 0.2f));
    String elu = net.node("Elu", "elu", net.conv("c4", prelu, 8, 8));
    net.head(net.norm("n", net.relu("r", net.conv("c5", elu, 8, 8)), 8), 8);
    check("logits", 6, 1);
  }

  /** A product may end in floating point: then nothing but the rectifier does what it does. */
  @Test
  void aRectifierBetweenAProductOfIntegersAndOneInFloatingPoint() {
    String flat = net.node("Flatten", "flat", net.relu("r", net.conv("c1", "data", 3, 8)));
    String fc6 = net.node("Gemm", "fc6", flat, net.weights("w6", 2048, 16), net.bias("b6", 16));
    String fc7 =
        net.node("Gemm", "fc7", net.relu("r6", fc6), net.weights("w7", 16, 16), net.bias("b7", 16));
    net.node("Gemm", "fc8", net.relu("r7", fc7), net.weights("w8", 16, 5), net.bias("b8", 5));
    OnnxModel fp32 = net.build("fc8");
    QuantizationPlan plan = Quantizer.forCpu().plan(fp32, SmallClassifier.calibrate(fp32));
    OnnxModel int8 = Quantizer.forCpu().quantize(fp32, plan.withFloat(List.of("fc7")));

    assertThat(SmallClassifier.distance(fp32, int8)).isLessThan(TOLERANCE);
    assertThat(int8.producer("r6")).isPresent();
  }

  @Test
  void logitsOfAConvolutionStayInFloatingPoint() {
    String r = net.relu("r", net.conv("c1", "data", 3, 8));
    String mean = net.node("GlobalAveragePool", "mean", r);
    net.node("Flatten", "logits", net.conv("c2", mean, 8, 5));
    check("logits", 1, 0);
  }

  @Test
  void aShuffleOfChannels() {
    String r = net.relu("r", net.grouped("c1", "data", 3, 8, 1));
    String five = net.node("Reshape", "five", r, net.longs("s5", -1, 2, 4, 16, 16));
    String swapped =
        net.node("Transpose", "swapped", Map.of("perm", Attribute.ints(0, 2, 1, 3, 4)), five);
    String back = net.node("Reshape", "back", swapped, net.longs("s4", -1, 8, 16, 16));
    net.head(net.grouped("c2", back, 8, 8, 2), 8);
    check("logits", 2, 1);
  }

  @Test
  void constantsGoThroughOperatorsToo() {
    String one =
        net.node("Conv", "one", net.weights("k0", 1, 8, 16, 16), net.weights("k", 8, 8, 1, 1));
    String r = net.relu("r", net.conv("c1", "data", 3, 8));
    net.head(net.conv("c2", net.node("Add", "sum", r, one), 8, 8), 8);
    check("logits", 2, 1);
  }

  @Test
  void averagePoolsThatReachOverTheEdge() {
    Map<String, Attribute> ceil =
        Map.of(
            "kernel_shape", Attribute.ints(3, 3),
            "strides", Attribute.ints(2, 2),
            "ceil_mode", Attribute.of(1));
    String signed = net.node("AveragePool", "p1", ceil, net.conv("c1", "data", 3, 8));
    String mixed = net.relu("r2", net.conv("c2", signed, 8, 8));
    net.head(net.conv("c3", net.node("AveragePool", "p2", ceil, mixed), 8, 8), 8);
    check("logits", 3, 1);
  }

  @Test
  void aConvolutionThatPadsStridesAndDilates() {
    Map<String, Attribute> odd =
        Map.of(
            "kernel_shape", Attribute.ints(3, 3),
            "pads", Attribute.ints(2, 1, 0, 3),
            "strides", Attribute.ints(2, 1),
            "dilations", Attribute.ints(1, 2));
    String first = net.node("Conv", "c1", odd, "data", net.weights("w1", 8, 3, 3, 3));
    net.head(net.relu("r", net.node("Conv", "c2", odd, first, net.weights("w2", 8, 8, 3, 3))), 8);
    check("logits", 2, 1);
  }

  @Test
  void aBranchReadsWhatTheRectifierInFrontOfItMade() {
    String low = net.relu("r1", net.conv("c1", "data", 3, 8));
    net.graph().node(Bodies.choice(net.graph(), "chosen", "Abs", List.of(low)));
    String sum = net.node("Add", "sum", net.conv("c2", low, 8, 8), "chosen");
    net.head(net.relu("r2", net.conv("c3", sum, 8, 16)), 16);
    check("logits", 3, 1);
  }

  @Test
  void weightsThatTheGraphComputesAreIntegersToo() {
    net.weights("v", 3, 3, 3, 8);
    net.node("Transpose", "w", Map.of("perm", Attribute.ints(3, 2, 0, 1)), "v");
    net.scalar("half", 0.5f);
    net.node("Mul", "scaled", "w", "half");
    net.longs("pads", 0, 0, 1, 1, 0, 0, 1, 1);
    String padded = net.node("Pad", "padded", "data", "pads");
    String low = net.relu("r1", net.node("Conv", "c1", padded, "scaled"));
    net.head(net.relu("r2", net.conv("c2", low, 8, 16)), 16);
    check("logits", 2, 1);
  }
}

package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.evaluation.FloatProduct;
import io.github.calib8.evaluation.IntegerProducts;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.Bodies;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.LrnRewriting;
import io.github.calib8.onnx.ModelStatistics;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What runs in integers, by the engine's own word. */
@ExtendWith(LeakCheck.class)
class IntegerProductsTest {
  private static final double FIRST = 16 * 16 * 20 * 3 * 9;
  private static final double SECOND = 16 * 16 * 20 * 20 * 9;
  private static final double LAST = 20 * 5;

  private static List<Target> targets() {
    return Target.all();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everythingInIntegers(Target target) {
    IntegerProducts products = products(target, residual(), List.of());

    boolean ofEngine = target.isOnnxRuntime();
    assertThat(products)
        .isEqualTo(new IntegerProducts(3, 3, OptionalDouble.of(1), List.of(), ofEngine));
    assertThat(products)
        .hasToString(
            "3 of 3 convolutions and matrix products in integers, 100 % of the multiply-adds"
                + (ofEngine ? "" : ", if TensorRT does as the file says"));
  }

  /** 20 channels: neither 8 nor 16 at once divide them. */
  @ParameterizedTest
  @MethodSource("targets")
  void whatIsKeptInFloatingPointIsNamedAndWeighed(Target target) {
    IntegerProducts products = products(target, residual(), List.of("first"));

    assertThat(products.count()).isEqualTo(3);
    assertThat(products.inIntegers()).isEqualTo(2);
    assertThat(products.shareOfMultiplyAdds().orElseThrow())
        .isCloseTo((SECOND + LAST) / (FIRST + SECOND + LAST), within(1e-12));
    assertThat(products.floats()).containsExactly(new FloatProduct("first", "Conv", "asked for"));
    assertThat(products.toString()).contains("2 of 3", ", 86.9 % of");
  }

  @ParameterizedTest
  @MethodSource("targets")
  void nothingInIntegers(Target target) {
    IntegerProducts products =
        products(target, residual(), List.of("first", "second", "sum", "mean", "flat", "logits"));

    assertThat(products.areAllFloat()).isTrue();
    assertThat(products.shareOfMultiplyAdds()).hasValue(0);
    assertThat(products.floats())
        .extracting(FloatProduct::node)
        .containsExactlyInAnyOrder("first", "second", "logits");
  }

  @Test
  void aModelOfFloatingPointIsCountedByWhatTheEngineMakesOfIt() {
    OnnxModel model = residual();

    IntegerProducts products = IntegerProducts.of(model, EngineOptions.defaults());

    assertThat(products.areAllFloat()).isTrue();
    assertThat(products.floats())
        .extracting(FloatProduct::node)
        .containsExactlyInAnyOrder("first", "second", "logits");
    assertThat(products.floats())
        .allSatisfy(node -> assertThat(node.reason()).startsWith("ONNX Runtime runs it as "));
  }

  @Test
  void theBandOfAnLrnIsNoProductOfTheModel() {
    SmallClassifier net = new SmallClassifier();
    String relu = net.relu("relu1", net.conv("first", "data", 3, 20));
    String lrn =
        net.node("LRN", "lrn", Map.of("size", Attribute.of(5), "alpha", Attribute.of(0.01f)), relu);
    OnnxModel model = net.build(net.head(net.relu("relu2", net.conv("second", lrn, 20, 20)), 20));

    OnnxModel int8 = quantized(Target.cpu(), model, List.of());

    assertThat(LrnRewriting.bandProducts(int8)).hasSize(1);
    assertThat(int8.nodes().stream().filter(IntegerProductsTest::isProduct)).hasSize(4);
    assertThat(IntegerProducts.of(int8, EngineOptions.defaults()))
        .isEqualTo(new IntegerProducts(3, 3, OptionalDouble.of(1), List.of(), true));
    // With another product in floating point, what the band multiplies is in no sum.
    assertThat(products(Target.cpu(), model, List.of("first")).shareOfMultiplyAdds().orElseThrow())
        .isCloseTo((SECOND + LAST) / (FIRST + SECOND + LAST), within(1e-12));
  }

  /** Neither a band times anything else than squares, nor squares times anything else. */
  @Test
  void aProductOfTheModelsOwnIsNotTakenForABand() {
    SmallClassifier net = new SmallClassifier();
    String flat = net.node("Flatten", "flat", net.node("GlobalAveragePool", "mean", "data"));
    float[] band = {2, 2, 0, 2, 2, 2, 0, 2, 2};
    String matrix = net.graph().initializer(Tensor.floats("band", List.of(3L, 3L), band));
    String plain = net.node("MatMul", "plain", flat, matrix);
    String squares = net.node("Mul", "squares", plain, plain);
    String other = net.node("MatMul", "other", squares, net.weights("other.w", 3, 3));
    String more = net.node("Mul", "more", other, other);
    String another = net.graph().initializer(Tensor.floats("band2", List.of(3L, 3L), band));
    OnnxModel model = net.build(net.node("MatMul", "banded", more, another));

    assertThat(LrnRewriting.bandProducts(model)).extracting(Node::output).containsExactly("banded");
    assertThat(IntegerProducts.of(model, EngineOptions.defaults()).count()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void anOperatorWithoutAnIntegerKernelIsInFloatingPoint(Target target) {
    SmallClassifier net = new SmallClassifier();
    String relu = net.relu("relu1", net.conv("first", "data", 3, 20));
    String up = net.node("ConvTranspose", "up", relu, net.weights("up.w", 20, 20, 1, 1));
    OnnxModel model = net.build(net.head(net.relu("relu2", up), 20));

    IntegerProducts products = products(target, model, List.of());

    assertThat(products.inIntegers()).isEqualTo(2);
    assertThat(products.floats())
        .containsExactly(
            new FloatProduct("up", "ConvTranspose", "ConvTranspose has no integer kernel"));
    double up1x1 = 16 * 16 * 20 * 20;
    assertThat(products.shareOfMultiplyAdds().orElseThrow())
        .isCloseTo((FIRST + LAST) / (FIRST + up1x1 + LAST), within(1e-12));
  }

  @Test
  void anEinsumIsInFloatingPoint() {
    SmallClassifier net = new SmallClassifier();
    String relu = net.relu("relu1", net.conv("first", "data", 3, 20));
    String gram =
        net.node("Einsum", "gram", Map.of("equation", Attribute.of("nchw,ncvw->nchv")), relu, relu);
    OnnxModel model = net.build(net.head(gram, 20));

    IntegerProducts products = products(Target.cpu(), model, List.of());

    assertThat(products.floats())
        .containsExactly(new FloatProduct("gram", "Einsum", "Einsum has no integer kernel"));
    double products16 = 16 * 16 * 20 * 16;
    assertThat(products.shareOfMultiplyAdds().orElseThrow())
        .isCloseTo((FIRST + LAST) / (FIRST + products16 + LAST), within(1e-12));
  }

  /** The engine has the last word: it quantizes float weights between integers by itself. */
  /** A product behind an If is one like any other; how often those within it run is not known. */
  @ParameterizedTest
  @MethodSource("targets")
  void whatIsWithinAnIfStaysInFloatingPoint(Target target) {
    GraphBuilder graph = GraphBuilder.create("choosing");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 2L)));
    graph.initializer(Tensor.floats("weights", List.of(2L, 2L), 1, -1, 0.5f, 2));
    graph.initializer(Tensor.floats("limit", List.of(), 0));
    graph.node("MatMul", List.of("data", "weights"), "first", Map.of());
    graph.node("ReduceMax", List.of("data"), "largest", Map.of("keepdims", Attribute.of(0)));
    graph.node("Greater", List.of("largest", "limit"), "condition", Map.of());
    graph.node(Bodies.choice(graph, "chosen", "MatMul", List.of("first", "weights")));
    graph.node("MatMul", List.of("chosen", "weights"), "last", Map.of());
    graph.output(new ValueInfo("last", DataType.FLOAT, List.of(-1L, 2L)));
    OnnxModel model = graph.build();
    CalibrationTable table = TargetContractTest.table(model, target.observationPoints(model));
    OnnxModel int8 = Quantizer.forTarget(target).quantize(model, table);

    IntegerProducts products = IntegerProducts.of(int8, EngineOptions.defaults());

    // The engine has its own name for a product and a factor.
    assertThat(products.floats())
        .hasSize(2)
        .allSatisfy(
            product -> {
              assertThat(product.operator()).endsWith("MatMul");
              assertThat(product.reason()).isEqualTo("it is in a subgraph of If");
            });
    assertThat(products.inIntegers()).isEqualTo(2);
    assertThat(products.shareOfMultiplyAdds()).isEmpty();
    assertThat(ModelStatistics.of(model, Map.of("data", List.of(1L, 2L))).multiplyAdds()).isEmpty();
  }

  @Test
  void theEnginesGraphCountsWhateverThePlanSays() {
    OnnxModel int8 = quantized(Target.cpu(), residual(), List.of("second"));
    long kernels =
        InferenceSession.optimized(int8, EngineOptions.defaults()).nodes().stream()
            .filter(node -> OperatorTraits.of(node).isIntegerProduct())
            .count();

    assertThat(IntegerProducts.of(int8, EngineOptions.defaults()).inIntegers()).isEqualTo(kernels);
  }

  @Test
  void aShareIsRoundedDown() {
    assertThat(IntegerProducts.percent(0.99999)).isEqualTo("99.9");
    assertThat(IntegerProducts.percent(1)).isEqualTo("100");
    assertThat(IntegerProducts.percent(0.0001)).isEqualTo("0.0");
    assertThat(IntegerProducts.percent(0)).isEqualTo("0");
  }

  private static boolean isProduct(Node node) {
    return OperatorTraits.of(node).kind().isProduct();
  }

  private static IntegerProducts products(Target target, OnnxModel model, List<String> floats) {
    return IntegerProducts.of(quantized(target, model, floats), EngineOptions.defaults());
  }

  private static OnnxModel quantized(Target target, OnnxModel model, List<String> floats) {
    Quantizer quantizer = Quantizer.forTarget(target);
    QuantizationPlan plan =
        quantizer
            .plan(model, TargetContractTest.table(model, target.observationPoints(model)))
            .withFloat(floats);
    return quantizer.quantize(model, plan);
  }

  /** The second convolution, the sum and the second rectifier become one node in floating point. */
  private static OnnxModel residual() {
    SmallClassifier net = new SmallClassifier();
    String relu = net.relu("relu1", net.conv("first", "data", 3, 20));
    String sum = net.node("Add", "sum", relu, net.conv("second", relu, 20, 20));
    return net.build(net.head(net.relu("relu2", sum), 20));
  }
}

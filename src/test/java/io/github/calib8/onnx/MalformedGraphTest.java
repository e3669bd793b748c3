package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Files that are sound as files, but whose graph is none: refused with our own exception. */
class MalformedGraphTest {
  private static final int ROUNDS = 1000;
  private static final long[] STRANGE = {
    0, 1, -1, 2, 3, 7, 1L << 31, -(1L << 31), 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE
  };

  /** A little of everything that a pass looks at. */
  private static ModelProto model() {
    GraphBuilder graph = GraphBuilder.create("m");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 2L, 6L, 6L)));
    graph.initializer(Tensor.floats("w", List.of(2L, 2L, 3L, 3L), new float[36]));
    graph.initializer(Tensor.floats("v", List.of(2L, 2L, 1L, 1L), new float[4]));
    graph.initializer(Tensor.floats("b", List.of(2L), 1, 2));
    graph.initializer(Tensor.floats("c", List.of(2L, 1L, 1L), 1, 2));
    graph.initializer(Tensor.floats("fc", List.of(4L, 2L), new float[8]));
    graph.initializer(Tensor.longs("pads", List.of(8L), 0, 0, 1, 1, 0, 0, 1, 1));
    graph.initializer(Tensor.longs("order", List.of(2L), -1, 4));
    graph.initializer(Tensor.longs("at", List.of(1L), 0));
    graph.initializer(Tensor.longs("end", List.of(1L), 8));
    graph.initializer(Tensor.floats("low", List.of(), 0));
    graph.initializer(Tensor.floats("high", List.of(), 6));
    node(graph, "Slice", "some", Map.of(), "pads", "at", "end");
    node(graph, "Reshape", "square", Map.of(), "some", "order");
    node(graph, "Transpose", "turned", Map.of("perm", Attribute.ints(0, 1)), "square");
    node(graph, "Flatten", "rows", Map.of("axis", Attribute.of(0)), "turned");
    node(graph, "Squeeze", "given", Map.of(), "rows", "at");
    node(graph, "Pad", "padded", Map.of("mode", Attribute.of("constant")), "data", "given");
    node(
        graph,
        "Conv",
        "conv",
        ImmutableMap.of(
            "strides",
            Attribute.ints(1, 1),
            "pads",
            Attribute.ints(0, 0, 0, 0),
            "group",
            Attribute.of(1)),
        "padded",
        "w",
        "b");
    node(
        graph,
        "BatchNormalization",
        "norm",
        Map.of("epsilon", Attribute.of(1e-3f)),
        "conv",
        "b",
        "b",
        "b",
        "b");
    node(graph, "Mul", "scaled", Map.of(), "norm", "c");
    node(graph, "Clip", "clipped", Map.of(), "scaled", "low", "high");
    node(graph, "LRN", "lrn", Map.of("size", Attribute.of(3)), "clipped");
    node(graph, "Concat", "both", Map.of("axis", Attribute.of(1)), "lrn", "data");
    node(graph, "BatchNormalization", "skip", Map.of(), "clipped", "b", "b", "b", "b");
    node(graph, "Relu", "relu", Map.of(), "skip");
    node(graph, "Conv", "half", Map.of("strides", Attribute.ints(2, 2)), "relu", "v");
    node(graph, "GlobalAveragePool", "mean", Map.of(), "both");
    node(graph, "Flatten", "flat", Map.of(), "mean");
    node(graph, "Gemm", "gemm", Map.of("alpha", Attribute.of(2f)), "flat", "fc", "b");
    node(graph, "MatMul", "product", Map.of(), "flat", "fc");
    node(graph, "Add", "sum", Map.of(), "product", "b");
    graph.node(Bodies.choice(graph, "chosen", "Abs", List.of("sum")));
    node(graph, "Identity", "same", Map.of(), "chosen");
    node(graph, "Add", "out", Map.of(), "gemm", "same");
    graph.output(Graphs.output("out")).output(Graphs.output("half"));
    try {
      return ModelProto.parseFrom(graph.build().toBytes());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static void node(
      GraphBuilder graph,
      String operator,
      String output,
      Map<String, Attribute> attributes,
      String... inputs) {
    graph.node(operator, List.of(inputs), output, attributes);
  }

  private static void use(byte[] file) {
    OnnxModel model = OnnxModel.parse(file, "malformed");
    ModelStatistics.of(
        model,
        Map.of(
            "conv", List.of(1L, 2L, 6L, 6L),
            "gemm", List.of(1L, 2L),
            "product", List.of(1L, 2L),
            "half", List.of(1L, 2L, 3L, 3L)));
    assertThat(ModelStatistics.measuredTensors(model)).doesNotContainNull();
    LrnRewriting.apply(StridePropagation.apply(Simplification.simplify(model))).toBytes();
  }

  @Test
  void everyDamageIsRefusedOrDoesNotMatter() {
    ModelProto sound = model();
    use(sound.toByteArray());
    SplittableRandom random = new SplittableRandom(16);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      ModelProto.Builder damaged = sound.toBuilder();
      for (int damages = 1 + random.nextInt(2); damages > 0; damages--) {
        damage(damaged.getGraphBuilder(), random);
      }
      try {
        use(damaged.build().toByteArray());
      } catch (OnnxException e) {
        assertThat(e.getMessage()).isNotEmpty();
        refused++;
      } catch (RuntimeException e) {
        fail("Round " + round + " of " + damaged.getGraph(), e);
      }
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - ROUNDS / 8);
  }

  private static void damage(GraphProto.Builder graph, SplittableRandom random) {
    NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
    switch (random.nextInt(9)) {
      case 0 -> node.clearInput().addAllInput(without(node.getInputList(), random));
      case 1 -> node.clearOutput();
      case 2 -> node.addInput("data");
      case 3 -> node.setOpType(graph.getNode(random.nextInt(graph.getNodeCount())).getOpType());
      case 4 -> attribute(node, random);
      case 5, 6 ->
          tensor(graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount())), random);
      case 7 -> {
        if (node.getInputCount() > 0) {
          int which = random.nextInt(graph.getInitializerCount());
          node.setInput(
              random.nextInt(node.getInputCount()), graph.getInitializer(which).getName());
        }
      }
      default ->
          graph
              .getInputBuilder(0)
              .getTypeBuilder()
              .getTensorTypeBuilder()
              .getShapeBuilder()
              .getDimBuilder(random.nextInt(4))
              .setDimValue(strange(random));
    }
  }

  private static List<String> without(List<String> names, SplittableRandom random) {
    List<String> fewer = new ArrayList<>(names);
    if (!fewer.isEmpty()) {
      int which = random.nextInt(fewer.size());
      if (random.nextBoolean()) {
        fewer.set(which, "");
      } else {
        fewer.remove(which);
      }
    }
    return fewer;
  }

  private static void attribute(NodeProto.Builder node, SplittableRandom random) {
    if (node.getAttributeCount() == 0) {
      return;
    }
    AttributeProto.Builder attribute =
        node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
    switch (random.nextInt(4)) {
      case 0 -> attribute.setType(AttributeType.forNumber(random.nextInt(9)));
      case 1 -> attribute.setI(strange(random));
      case 2 -> attribute.addInts(strange(random));
      default -> {
        if (attribute.getIntsCount() > 0) {
          attribute.setInts(random.nextInt(attribute.getIntsCount()), strange(random));
        }
      }
    }
  }

  private static void tensor(TensorProto.Builder tensor, SplittableRandom random) {
    switch (random.nextInt(4)) {
      case 0 -> tensor.setDataType(random.nextInt(30));
      case 1 -> tensor.clearDims().setRawData(ByteString.EMPTY).addDims(0);
      case 2 -> {
        // As many elements in other dimensions.
        long elements = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
        tensor.clearDims();
        if (random.nextBoolean()) {
          tensor.addDims(1);
        }
        tensor.addDims(elements);
      }
      default -> {
        if (tensor.getDimsCount() > 0) {
          tensor.setDims(random.nextInt(tensor.getDimsCount()), strange(random));
        }
      }
    }
  }

  private static long strange(SplittableRandom random) {
    return STRANGE[random.nextInt(STRANGE.length)];
  }

  private static void refuses(Consumer<ModelProto.Builder> damage, String... texts) {
    ModelProto.Builder model = model().toBuilder();
    damage.accept(model);
    assertThatThrownBy(() -> OnnxModel.parse(model.build().toByteArray(), "m"))
        .isInstanceOf(OnnxException.class)
        .hasMessageContainingAll(texts);
  }

  private static NodeProto.Builder find(ModelProto.Builder model, String output) {
    return model.getGraphBuilder().getNodeBuilderList().stream()
        .filter(node -> node.getOutputList().contains(output))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theTextsNameWhatWasExpectedAndFound() {
    refuses(m -> find(m, "flat").addInput("b"), "Expected 1 input for Flatten 'flat'", "found 2");
    refuses(m -> find(m, "conv").clearOutput(), "Expected an output for Conv 'conv'");
    refuses(
        m -> find(m, "gemm").getAttributeBuilder(0).setType(AttributeType.INTS).clearF(),
        "Expected FLOAT in attribute 'alpha'",
        "found INTS");
    refuses(
        m -> find(m, "conv").getAttributeBuilder(0).addInts(1),
        "Expected 2 strides of 1 or more for Conv 'conv'",
        "found [1, 1, 1]");
    refuses(
        m -> m.setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(1000)),
        "Expected operator set 1 to 26, found 1000");
  }

  @Test
  void twoConstantsOfOneNameAreRefused() {
    refuses(
        m -> m.getGraphBuilder().addInitializer(m.getGraph().getInitializer(0)),
        "Expected one initializer '" + model().getGraph().getInitializer(0).getName() + "'");
  }

  @Test
  void textThatNobodyReadsIsLeftOut() {
    TensorProto names =
        TensorProto.newBuilder()
            .setName("names")
            .setDataType(DataType.STRING.code())
            .addDims(1)
            .addStringData(ByteString.copyFromUtf8("cat"))
            .build();
    ModelProto.Builder model = model().toBuilder();
    model.getGraphBuilder().addInitializer(names);
    OnnxModel read = OnnxModel.parse(model.build().toByteArray(), "m");
    assertThat(read.initializers()).doesNotContainKey("names");
    use(model.build().toByteArray());

    refuses(
        m -> {
          m.getGraphBuilder().addInitializer(names);
          find(m, "sum").setInput(1, "names");
        },
        "Expected numbers in initializer 'names', which Add 'sum' reads, found text");
  }

  @Test
  void operatorsOnIntegersAreTold() {
    assertThat(OnnxModel.parse(model().toByteArray(), "m").quantizedNode()).isEmpty();
    Map<String, Boolean> quantized = new TreeMap<>();
    for (String operator :
        List.of(
            "QuantizeLinear",
            "DequantizeLinear",
            "QLinearConv",
            "MatMulInteger",
            "Conv",
            "QGemm",
            "Relu")) {
      quantized.put(
          operator, new Node("", operator, "", List.of("x"), List.of("y"), Map.of()).isQuantized());
    }
    assertThat(quantized)
        .containsExactly(
            Map.entry("Conv", false),
            Map.entry("DequantizeLinear", true),
            Map.entry("MatMulInteger", true),
            Map.entry("QGemm", true),
            Map.entry("QLinearConv", true),
            Map.entry("QuantizeLinear", true),
            Map.entry("Relu", false));
  }

  @Test
  void aLongChainTakesSecondsAndNoDeepStack() {
    GraphBuilder graph = Graphs.convolution();
    graph.initializer(Tensor.floats("fc", List.of(4L, 4L), new float[16]));
    graph.initializer(Tensor.floats("row", List.of(4L), 1, 2, 3, 4));
    List<String> chain =
        List.of(
            "Identity",
            "Relu",
            "LRN",
            "Relu",
            "BatchNormalization",
            "Dropout",
            "Relu",
            "MatMul",
            "Add");
    List<String> norm = List.of("b", "b", "b", "b");
    String last = "conv";
    for (int i = 0; i < 20_000; i++) {
      String operator = chain.get(i % chain.size());
      List<String> inputs = new ArrayList<>(List.of(last));
      switch (operator) {
        case "BatchNormalization" -> inputs.addAll(norm);
        case "MatMul" -> inputs.add("fc");
        case "Add" -> inputs.add("row");
        default -> {}
      }
      Map<String, Attribute> size =
          operator.equals("LRN") ? Map.of("size", Attribute.of(3)) : Map.of();
      last = graph.node(operator, inputs, "t" + i, size);
    }
    use(graph.output(Graphs.output(last)).build().toBytes());
  }
}

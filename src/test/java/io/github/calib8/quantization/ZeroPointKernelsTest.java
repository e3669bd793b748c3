package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The engine's integer kernels on activations whose zero point is neither 0 nor 128: what is padded
 * is zero, which is no integer zero, and both inputs of an operator have a zero point of their own.
 */
class ZeroPointKernelsTest {
  private static final EngineOptions ONE_THREAD = EngineOptions.defaults().withThreads(1);
  private static final long CHANNELS = 16;
  private static final long SIZE = 9;

  private final GraphBuilder graph = GraphBuilder.create("kernels");
  private final Random random = new Random(7);
  private final List<String> tensors = new ArrayList<>();

  private String conv(String name, String input, long outputs, long group, long kernel) {
    long inputs = CHANNELS / group;
    float[] weights = new float[Math.toIntExact(outputs * inputs * kernel * kernel)];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian() / (inputs * kernel);
    }
    List<Long> dims = List.of(outputs, inputs, kernel, kernel);
    graph.initializer(Tensor.floats(name + "_w", dims, weights));
    Map<String, Attribute> attributes =
        Map.of("pads", pads(kernel / 2), "group", Attribute.of(group));
    return made(graph.node("Conv", List.of(input, name + "_w"), name, attributes));
  }

  private static Attribute pads(long each) {
    return Attribute.ints(LongStream.generate(() -> each).limit(4).toArray());
  }

  private String node(String opType, Map<String, Attribute> attributes, String... inputs) {
    return made(graph.node(opType, List.of(inputs), opType.toLowerCase(), attributes));
  }

  private String made(String tensor) {
    tensors.add(tensor);
    return tensor;
  }

  private String build(String kernel) {
    Map<String, Attribute> window =
        Map.of(
            "kernel_shape", Attribute.ints(3, 3), "pads", pads(1), "strides", Attribute.ints(2, 2));
    return switch (kernel) {
      case "QLinearConv" -> conv("dense", "data", CHANNELS, 1, 3);
      case "depthwise" -> conv("depthwise", "data", CHANNELS, CHANNELS, 3);
      case "grouped" -> conv("grouped", "data", CHANNELS, 4, 3);
      case "NhwcMaxPool" -> node("MaxPool", window, conv("c", "data", CHANNELS, 1, 3));
      case "QLinearAveragePool" -> node("AveragePool", window, conv("c", "data", CHANNELS, 1, 3));
      case "QLinearAdd" ->
          node(
              "Add",
              Map.of(),
              conv("a", "data", CHANNELS, 1, 1),
              conv("b", "data", CHANNELS, CHANNELS, 3));
      case "QLinearConcat" ->
          node(
              "Concat",
              Map.of("axis", Attribute.of(1)),
              conv("a", "data", CHANNELS / 2, 1, 1),
              conv("b", "data", CHANNELS / 2, 1, 3));
      default -> node("GlobalAveragePool", Map.of(), conv("c", "data", CHANNELS, 1, 1));
    };
  }

  @ParameterizedTest
  @CsvSource({
    "QLinearConv, QLinearConv, -4, 1",
    "QLinearConv, QLinearConv, -0.3, 5",
    "depthwise, QLinearConv, -4, 1",
    "depthwise, QLinearConv, -0.3, 5",
    "grouped, QLinearConv, -4, 1",
    "NhwcMaxPool, NhwcMaxPool, -4, 1",
    "QLinearAveragePool, QLinearAveragePool, -4, 1",
    "QLinearAdd, QLinearAdd, -4, 1",
    "QLinearConcat, QLinearConcat, -0.3, 5",
    "mean, QLinearGlobalAveragePool, -4, 1",
  })
  void aKernelComputesWhatTheFloatOneDoes(String operator, String kernel, float low, float high) {
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, CHANNELS, SIZE, SIZE)));
    tensors.add("data");
    String output = build(operator);
    identity(output);
    OnnxModel fp32 = graph.output(new ValueInfo("out", DataType.FLOAT, List.of())).build();
    float[] values = new float[Math.toIntExact(2 * CHANNELS * SIZE * SIZE)];
    for (int i = 0; i < values.length; i++) {
      values[i] = low + (high - low) * random.nextFloat();
    }
    INDArray data = Nd4j.create(values, 2, CHANNELS, SIZE, SIZE);
    INDArray expected = run(fp32, data);

    OnnxModel int8 = Quantizer.forCpu().quantize(fp32, table(fp32, data));

    double span = expected.maxNumber().doubleValue() - expected.minNumber().doubleValue();
    INDArray error = expected.sub(run(int8, data));
    // Some steps of 1/255: of the input, of what the kernel reads and of what it makes.
    assertThat(error.amaxNumber().doubleValue()).isLessThan(0.03 * span);
    assertThat(InferenceSession.optimized(int8, ONE_THREAD).nodes())
        .extracting(Node::opType)
        .contains(kernel);
  }

  /** The end of a model stays in floating point: a convolution that copies. */
  private void identity(String input) {
    float[] weights = new float[Math.toIntExact(CHANNELS * CHANNELS)];
    for (int i = 0; i < CHANNELS; i++) {
      weights[Math.toIntExact(i * CHANNELS + i)] = 1;
    }
    graph.initializer(Tensor.floats("one", List.of(CHANNELS, CHANNELS, 1L, 1L), weights));
    graph.node("Conv", List.of(input, "one"), "out", Map.of());
  }

  /** Ranges from the smallest to the largest value of each tensor. */
  private CalibrationTable table(OnnxModel fp32, INDArray data) {
    List<TensorCalibration> entries = new ArrayList<>();
    for (String tensor : tensors) {
      INDArray values = tensor.equals("data") ? data : run(withOutput(fp32, tensor), data);
      QuantizationParameters parameters =
          QuantizationParameters.asymmetric(
              Math.min(-1e-3, values.minNumber().doubleValue()),
              Math.max(0, values.maxNumber().doubleValue()));
      assertThat(parameters.zeroPoint()).isNotEqualTo(128);
      entries.add(
          TensorCalibration.builder(tensor, parameters)
              .withCounts(values.length(), 0, values.length() / 2)
              .build());
    }
    return CalibrationTable.of(
        entries,
        Provenance.builder(fp32.name(), fp32.sha256())
            .withImages(List.of("a"))
            .withPreprocessing("none")
            .withMethod("max-abs")
            .withLibrary("calib8")
            .withEngine("engine")
            .withProcessor("processor", InstructionSet.AVX2)
            .build());
  }

  private static OnnxModel withOutput(OnnxModel fp32, String tensor) {
    return fp32.edit().outputs(List.of(new ValueInfo(tensor, DataType.FLOAT, List.of()))).build();
  }

  private static INDArray run(OnnxModel model, INDArray data) {
    try (InferenceSession session = InferenceSession.open(model, ONE_THREAD)) {
      return session.run(data);
    }
  }
}

package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.GraphOptimization;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Channels whose weights are all but zero and whose bias is all that they give, as pruning and
 * BatchNormalization leave them. ONNX Runtime makes the biases of a model for TensorRT integers,
 * too: scales that follow from the weights alone would leave nothing of them.
 */
class DeadChannelsTest {
  private static final EngineOptions ONE_THREAD = EngineOptions.defaults().withThreads(1);
  private static final int CHANNELS = 8;

  /** What the weights of the dead channels are; all other channels have ordinary ones. */
  private static final float[] DEAD = {0, 1e-9f, -1e-20f, 1e-40f};

  /** Of the largest output: half a step of the activations, and as much of all before. */
  private static final float TOLERANCE = 0.03f;

  private final SmallClassifier net = new SmallClassifier();
  private final Random random = new Random(3);

  /**
   * An operator with dead channels, and in front of and behind it what makes it one of integers.
   */
  private enum Layer {
    CONV {
      @Override
      String add(DeadChannelsTest test) {
        String weights = test.weights(0, CHANNELS, CHANNELS, 3, 3);
        return test.convolutionBehind(test.net.conv("dead", test.first(), weights, test.bias()));
      }
    },
    RECTIFIED_CONV {
      @Override
      String add(DeadChannelsTest test) {
        String weights = test.weights(0, CHANNELS, CHANNELS, 3, 3);
        String dead = test.net.conv("dead", test.first(), weights, test.bias());
        return test.convolutionBehind(test.net.relu("rectified", dead));
      }
    },
    GROUPED_CONV {
      @Override
      String add(DeadChannelsTest test) {
        String weights = test.weights(0, CHANNELS, 2, 1, 1);
        Map<String, Attribute> groups = Map.of("group", Attribute.of(CHANNELS / 2));
        return test.convolutionBehind(
            test.net.node("Conv", "dead", groups, test.first(), weights, test.bias()));
      }
    },
    GEMM {
      @Override
      String add(DeadChannelsTest test) {
        return test.gemmBehind(
            test.net.node(
                "Gemm", "dead", test.flat(), test.weights(1, CHANNELS, CHANNELS), test.bias()));
      }
    },
    TRANSPOSED_GEMM {
      @Override
      String add(DeadChannelsTest test) {
        Map<String, Attribute> transposed = Map.of("transB", Attribute.of(1));
        String weights = test.weights(0, CHANNELS, CHANNELS);
        return test.gemmBehind(
            test.net.node("Gemm", "dead", transposed, test.flat(), weights, test.bias()));
      }
    },
    MATMUL_AND_ADD {
      @Override
      String add(DeadChannelsTest test) {
        String weights = test.weights(1, CHANNELS, CHANNELS);
        String product = test.net.node("MatMul", "product", test.flat(), weights);
        return test.gemmBehind(test.net.node("Add", "dead", product, test.bias()));
      }
    };

    /** Adds the layers up to the logits, and returns their name. */
    abstract String add(DeadChannelsTest test);
  }

  private String first() {
    return net.relu("relu", net.conv("first", "data", 3, CHANNELS));
  }

  private String flat() {
    return net.node("Flatten", "vector", net.node("GlobalAveragePool", "average", first()));
  }

  private String convolutionBehind(String dead) {
    return net.head(net.conv("last", dead, CHANNELS, CHANNELS), CHANNELS);
  }

  private String gemmBehind(String dead) {
    return net.node(
        "Gemm", "logits", dead, net.weights("fc.weight", CHANNELS, 5), net.bias("fc.bias", 5));
  }

  /** Every other channel is a dead one. */
  private String weights(int channelAxis, long... dims) {
    int size = (int) LongStream.of(dims).reduce(1, (a, b) -> a * b);
    int fanIn = size / CHANNELS;
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      int channel = channelAxis == 0 ? i / fanIn : i % CHANNELS;
      values[i] =
          channel % 2 == 0 ? DEAD[channel / 2] : (float) (random.nextGaussian() / Math.sqrt(fanIn));
    }
    return net.graph()
        .initializer(Tensor.floats("dead.weight", LongStream.of(dims).boxed().toList(), values));
  }

  private String bias() {
    float[] values = new float[CHANNELS];
    IntStream.range(0, CHANNELS).forEach(c -> values[c] = c % 4 < 2 ? 5 : -5);
    return net.graph().initializer(Tensor.floats("dead.bias", List.of((long) CHANNELS), values));
  }

  private static OnnxModel quantize(Target target, OnnxModel fp32) {
    return Quantizer.forTarget(target)
        // Nothing saturates, on any processor: what is wrong here is a bias.
        .withWeightRange(WeightRange.REDUCED)
        .quantize(
            fp32,
            Calibrator.builder(fp32)
                .withMethod(CalibrationMethod.maxAbs())
                .withTarget(target)
                .withThreads(1)
                .build()
                .calibrate(SmallClassifier.images().batches(4, SmallClassifier.preprocessing())));
  }

  private static float error(OnnxModel fp32, OnnxModel int8, GraphOptimization optimization) {
    try (BatchLoader loader =
            SmallClassifier.images()
                .batches(100, SmallClassifier.preprocessing())
                .load(LoaderOptions.defaults());
        INDArray images = loader.next().images();
        InferenceSession exact = InferenceSession.open(fp32, ONE_THREAD);
        InferenceSession rounded =
            InferenceSession.open(int8, ONE_THREAD.withOptimization(optimization))) {
      INDArray expected = exact.run(images);
      return rounded.run(images).sub(expected).amaxNumber().floatValue()
          / expected.amaxNumber().floatValue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepTheirBiasOnAProcessor(Layer layer) {
    OnnxModel fp32 = net.build(layer.add(this));
    OnnxModel int8 = quantize(Target.cpu(), fp32);
    assertThat(error(fp32, int8, GraphOptimization.ALL)).isLessThan(TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource
  void keepTheirBiasInAModelForTensorRt(Layer layer) {
    OnnxModel fp32 = net.build(layer.add(this));
    OnnxModel int8 = quantize(Target.tensorRt(), fp32);
    for (GraphOptimization optimization : GraphOptimization.values()) {
      assertThat(error(fp32, int8, optimization))
          .describedAs(optimization.name())
          .isLessThan(TOLERANCE);
    }
  }
}

package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.GraphOptimization;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.CalibrationImages;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model for TensorRT in ONNX Runtime, which stores signed activations as unsigned ones around
 * 128: on a processor without VNNI any two large weights of one sign then saturate. The convolution
 * here has no others, and nothing between it and the next one keeps it from the integer kernel.
 */
class TensorRtInOnnxRuntimeTest {
  private static final EngineOptions ONE_THREAD = EngineOptions.defaults().withThreads(1);
  private static final int CHANNELS = 8;

  /** Of the largest output: half a step of the last activations, and as much of all before. */
  private static final float TOLERANCE = 0.03f;

  private OnnxModel fp32;
  private ImageBatches images;

  @BeforeEach
  void setUp() {
    SmallClassifier net = new SmallClassifier();
    float[] ones = new float[CHANNELS * CHANNELS * 9];
    Arrays.fill(ones, 1f / (CHANNELS * 9));
    String equal =
        net.graph().initializer(Tensor.floats("equal", List.of((long) CHANNELS, 8L, 3L, 3L), ones));
    String first = net.relu("relu", net.conv("first", "data", 3, CHANNELS));
    String second = net.conv("second", first, equal, net.bias("bias", CHANNELS));
    fp32 = net.build(net.head(net.conv("third", second, CHANNELS, CHANNELS), CHANNELS));
    images = SmallClassifier.images().batches(4, SmallClassifier.preprocessing());
  }

  private OnnxModel quantize(WeightRange range) {
    return Quantizer.forTensorRt()
        .withWeightRange(range)
        .quantize(
            fp32,
            Calibrator.builder(fp32)
                .withMethod(CalibrationMethod.maxAbs())
                .withTarget(Target.tensorRt())
                .build()
                .calibrate(images));
  }

  private float error(OnnxModel int8, GraphOptimization optimization) {
    int size = SmallClassifier.SIZE;
    try (INDArray input = Nd4j.linspace(-2, 2, 3L * size * size).reshape(1, 3, size, size);
        InferenceSession exact = InferenceSession.open(fp32, ONE_THREAD);
        InferenceSession rounded =
            InferenceSession.open(int8, ONE_THREAD.withOptimization(optimization))) {
      INDArray expected = exact.run(input);
      return rounded.run(input).sub(expected).amaxNumber().floatValue()
          / expected.amaxNumber().floatValue();
    }
  }

  @Test
  void withoutIntegerKernelsItIsExactOnEveryProcessor() {
    OnnxModel int8 = quantize(WeightRange.FULL);
    assertThat(error(int8, GraphOptimization.NONE)).isLessThan(TOLERANCE);
    assertThat(error(int8, GraphOptimization.BASIC)).isLessThan(TOLERANCE);
  }

  @Test
  void withReducedWeightsTheIntegerKernelsDoNotSaturateEither() {
    assertThat(error(quantize(WeightRange.REDUCED), GraphOptimization.ALL)).isLessThan(TOLERANCE);
  }

  @Test
  void theEvaluatorRunsItWithoutIntegerKernels() {
    AccuracyReport report =
        Evaluator.builder()
            .withCalibrationImages(CalibrationImages.ALLOW)
            .build()
            .compare(fp32, quantize(WeightRange.AUTOMATIC), images);
    assertThat(report.meanKl()).isLessThan(1e-4);
  }
}

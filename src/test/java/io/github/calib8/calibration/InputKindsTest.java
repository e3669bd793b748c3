package io.github.calib8.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.TensorBatches;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.histogram.TensorStatistics;
import io.github.calib8.image.Layout;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.InputTwins;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.quantization.Target;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.TensorCalibration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

/** The same weights behind inputs of other layouts and types, and the same images: the same. */
@ExtendWith(LeakCheck.class)
class InputKindsTest {
  private static final OnnxModel PLAIN = SmallNetwork.model();
  private static final Preprocessing SAMPLES =
      SmallNetwork.preprocessing().toBuilder().withMean(0, 0, 0).build();

  private static ImageBatches images(Preprocessing preprocessing) {
    return SmallNetwork.images(24).batches(5, preprocessing);
  }

  static Stream<Target> targets() {
    return Stream.of(Target.cpu(), Target.tensorRt());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void channelsLastGiveTheSame(Target target) {
    OnnxModel last = InputTwins.channelsLast(PLAIN);
    Preprocessing plain = SmallNetwork.preprocessing();
    Preprocessing lastPlain = plain.withLayout(Layout.NHWC);

    CalibrationStatistics expected = statistics(PLAIN, plain, target);
    CalibrationStatistics found = statistics(last, lastPlain, target);

    assertThat(found.tensorStatistics()).isEqualTo(expected.tensorStatistics());
    assertThat(entries(found, target)).isEqualTo(entries(expected, target));
    assertThat(compare(last, lastPlain, found, target))
        .isEqualTo(compare(PLAIN, plain, expected, target));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void samplesOf8BitsGiveTheSame(Target target) {
    OnnxModel samples = InputTwins.ofType(PLAIN, DataType.UINT8);

    CalibrationStatistics expected = statistics(PLAIN, SAMPLES, target);
    CalibrationStatistics found = statistics(samples, SAMPLES, target);

    // The input is none of the tensors that are quantized: what the Cast makes takes its place.
    Map<String, TensorStatistics> renamed = new TreeMap<>(found.tensorStatistics());
    assertThat(renamed).doesNotContainKey("data").containsKey("data_cast");
    renamed.put("data", renamed.remove("data_cast"));
    assertThat(renamed).isEqualTo(expected.tensorStatistics());
    assertThat(compare(samples, SAMPLES, found, target))
        .isEqualTo(compare(PLAIN, SAMPLES, expected, target));
    OnnxModel int8 = quantize(samples, found, target);
    assertThat(int8.input()).isEqualTo(samples.input());
    assertThat(int8.consumers("data")).extracting(Node::opType).containsExactly("Cast");
  }

  @ParameterizedTest
  @MethodSource("targets")
  void samplesOf8BitsWithTheChannelsLastGiveTheSame(Target target) {
    // Either way round: TensorFlow's converters write both.
    OnnxModel castFirst = InputTwins.ofType(InputTwins.channelsLast(PLAIN), DataType.UINT8);
    OnnxModel transposeFirst = InputTwins.channelsLast(InputTwins.ofType(PLAIN, DataType.UINT8));
    List<Object> expected = compare(PLAIN, SAMPLES, statistics(PLAIN, SAMPLES, target), target);
    Preprocessing last = SAMPLES.withLayout(Layout.NHWC);
    for (OnnxModel model : List.of(castFirst, transposeFirst)) {
      assertThat(compare(model, last, statistics(model, last, target), target)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void halfPrecisionInputsGiveTheSame(Target target) {
    // Samples are exact in half precision.
    OnnxModel half = InputTwins.ofType(PLAIN, DataType.FLOAT16);
    CalibrationStatistics expected = statistics(PLAIN, SAMPLES, target);
    CalibrationStatistics found = statistics(half, SAMPLES, target);
    assertThat(compare(half, SAMPLES, found, target))
        .isEqualTo(compare(PLAIN, SAMPLES, expected, target));
  }

  @Test
  void inputsOf8BitsTakeSamplesOnly() {
    OnnxModel samples = InputTwins.ofType(PLAIN, DataType.UINT8);
    String expected = "Expected preprocessing that keeps samples of 0 to 255";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> statistics(samples, SmallNetwork.preprocessing(), Target.cpu()))
        .withMessageContaining(expected)
        .withMessageContaining("mean=104.0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Evaluator.builder()
                    .build()
                    .requireClassifier(samples, images(SmallNetwork.preprocessing())))
        .withMessageContaining(expected);
  }

  @ParameterizedTest
  @ValueSource(floats = {-1, 256, 0.5f, Float.NaN})
  void tensorsForInputsOf8BitsHoldSamplesOnly(float value) {
    OnnxModel samples = InputTwins.ofType(PLAIN, DataType.UINT8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibrator.builder(samples).build().calibrate(filledWith(value)))
        .withMessage(
            "Expected whole numbers of 0 to 255 for input 'data' [N,3,12,12] of uint8, found %s"
                .formatted(value));
    assertThat(Calibrator.builder(samples).build().calibrate(filledWith(255)).tensors())
        .isNotEmpty();
  }

  @Test
  void theOtherLayoutIsNamedWhereItFits() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                statistics(
                    InputTwins.channelsLast(PLAIN), SmallNetwork.preprocessing(), Target.cpu()))
        .withMessageContaining("found [3,12,12]")
        .withMessageContaining("withLayout");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> statistics(PLAIN, SmallNetwork.preprocessing().withCrop(11), Target.cpu()))
        .withMessageNotContaining("withLayout");
  }

  private static TensorBatches filledWith(float value) {
    return TensorBatches.of(
        List.of(
            ImageBatch.unlabeled(
                Nd4j.valueArrayOf(
                    new long[] {1, 3, SmallNetwork.SIZE, SmallNetwork.SIZE},
                    value,
                    org.nd4j.linalg.api.buffer.DataType.FLOAT))));
  }

  private static CalibrationStatistics statistics(
      OnnxModel model, Preprocessing preprocessing, Target target) {
    return Calibrator.builder(model)
        .withTarget(target)
        .build()
        .collect(images(preprocessing).first(3));
  }

  private static List<TensorCalibration> entries(CalibrationStatistics statistics, Target target) {
    return statistics.toTable(CalibrationMethod.entropy(), target).tensors();
  }

  private static OnnxModel quantize(
      OnnxModel model, CalibrationStatistics statistics, Target target) {
    CalibrationTable table = statistics.toTable(CalibrationMethod.entropy(), target);
    return Quantizer.forTarget(target).quantize(model, table);
  }

  /** All figures of an evaluation but the throughput. */
  private static List<Object> compare(
      OnnxModel model,
      Preprocessing preprocessing,
      CalibrationStatistics statistics,
      Target target) {
    AccuracyReport report =
        Evaluator.builder()
            .build()
            .compare(model, quantize(model, statistics, target), images(preprocessing).skip(3));
    return List.of(
        report.fp32().top1Correct(),
        report.fp32().top5Correct(),
        report.int8().top1Correct(),
        report.int8().top5Correct(),
        report.agreeing(),
        report.meanKl(),
        report.changed(),
        report.int8().products().orElseThrow().count(),
        report.int8().products().orElseThrow().inIntegers());
  }
}

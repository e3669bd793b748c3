package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that vary are said. */
class ScoreStabilityTest {

  private static List<String> warnings(OnnxModel model) {
    return warnings(model, 3);
  }

  private static List<String> warnings(OnnxModel model, int batchSize) {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      images.add(ColorModels.image("image" + i, i % 3, 0xc0 << 8 * (2 - i % 3) | i + 1));
    }
    List<String> warnings = new ArrayList<>();
    Evaluator.builder()
        .withProgress(
            new ProgressListener() {
              @Override
              public void progress(Progress progress) {}

              @Override
              public void warning(String warning) {
                warnings.add(warning);
              }
            })
        .build()
        .compare(
            model,
            ColorModels.model("int8", 1, 1, 1),
            ImageDataset.of(images).batches(batchSize, ColorModels.PREPROCESSING));
    return warnings;
  }

  /** The logits and what an operator adds to them. */
  private static OnnxModel varying(String operator, Map<String, Attribute> attributes, float part) {
    GraphBuilder graph = ColorModels.logits("fp32", 1, 1, 1);
    graph.initializer(Tensor.floats("part", List.of(1L), part));
    graph.node(operator, List.of("logits"), "other", attributes);
    graph.node("Mul", List.of("other", "part"), "little", Map.of());
    graph.node("Add", List.of("logits", "little"), "sum", Map.of());
    return graph.outputs(List.of(new ValueInfo("sum", DataType.FLOAT, List.of(-1L, 3L)))).build();
  }

  @Test
  void anOrdinaryModelIsFine() {
    assertThat(warnings(ColorModels.model("fp32", 1, 2, 3))).isEmpty();
  }

  @Test
  void aRandomModelIsSaid() {
    assertThat(warnings(varying("RandomNormalLike", Map.of(), 1)))
        .singleElement()
        .asString()
        .contains("from the FP32 model of 'fp32' when they are run again", "random");
  }

  @Test
  void aModelThatMixesTheImagesOfABatchIsSaid() {
    assertThat(
            warnings(
                varying(
                    "ReduceMean",
                    Map.of("axes", Attribute.ints(0), "keepdims", Attribute.of(1)),
                    1)))
        .singleElement()
        .asString()
        .contains("without the others of the batch");
  }

  /** Its figures are of chance, too: whoever uses the model gives it other batches. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  void aModelThatScalesByTheBatchIsSaidAtAnyBatchSize(int batchSize) {
    GraphBuilder graph = ColorModels.logits("fp32", 1, 1, 1);
    graph.node(
        "ReduceL2",
        List.of("logits"),
        "norm",
        Map.of("axes", Attribute.ints(0, 1), "keepdims", Attribute.of(1)));
    graph.node("Div", List.of("logits", "norm"), "scaled", Map.of());
    OnnxModel model =
        graph.outputs(List.of(new ValueInfo("scaled", DataType.FLOAT, List.of(-1L, 3L)))).build();

    assertThat(warnings(model, batchSize))
        .singleElement()
        .asString()
        .contains("from the FP32 model of 'fp32' ", "mixes images");
  }

  @Test
  void anOrdinaryModelIsFineAtBatchSizeOne() {
    assertThat(warnings(ColorModels.model("fp32", 1, 2, 3), 1)).isEmpty();
  }

  /** Beside itself an image has the mean that it has alone. */
  @Test
  void aMeanOverTheBatchIsSaidAtBatchSizeOne() {
    Map<String, Attribute> axes = Map.of("axes", Attribute.ints(0), "keepdims", Attribute.of(1));
    assertThat(warnings(varying("ReduceMean", axes, 1), 1))
        .singleElement()
        .asString()
        .contains("beside another image");
  }

  /** It is only ever given one image. */
  @Test
  void aModelOfOneImageCannotMixAny() {
    assertThat(warnings(ColorModels.fixedBatch("fp32", 1, 1, 2, 3).build(), 1)).isEmpty();
  }

  /** As kernels of other sizes make them. */
  @Test
  void aDifferenceOfRoundingIsNone() {
    assertThat(warnings(varying("RandomNormalLike", Map.of(), 1e-4f))).isEmpty();
  }
}

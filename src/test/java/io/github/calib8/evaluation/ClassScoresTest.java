package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassScoresTest {

  @ParameterizedTest
  @CsvSource({"-1 7, 7", "8 7, 7", "-1 7 1 1, 7", "-1 1 1 7, 7", "-1 1, 2", "-1, 2"})
  void aScoreAClassIsTaken(String dims, int classes) {
    OnnxModel model = model(dims);

    ClassScores.require(model);
    assertThat(ClassScores.classes(model)).hasValue(classes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1 -1", "-1 4 -1 -1"})
  void whatTheGraphLeavesOpenIsLeftToTheRun(String dims) {
    OnnxModel model = model(dims);

    ClassScores.require(model);
    assertThat(ClassScores.classes(model)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "-1 4 8 8, '[N,4,8,8]'",
    "-1 4 1 8, '[N,4,1,8]'",
    "-1 4 -1 8, '[N,4,N,8]'",
    "2 5 7, '[2,5,7]'",
    "-1 0, '[N,0]'"
  })
  void aMapIsNoScoreAClass(String dims, String text) {
    OnnxModel model = model(dims);

    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> ClassScores.require(model))
        .withMessageContaining("from output 'scores' of model 'net', found " + text);
    assertThat(ClassScores.classes(model)).isEmpty();
  }

  @Test
  void whatARunMadeIsCountedByImage() {
    assertThat(perImage(3, 3, 7)).isEqualTo(7);
    assertThat(perImage(3, 3, 7, 1, 1)).isEqualTo(7);
    assertThat(perImage(3, 3)).isEqualTo(1);
    assertThat(perImage(1, 1, 7)).isEqualTo(7);
  }

  @Test
  void whatARunMadeOfOtherShapesIsRefused() {
    for (long[] shape :
        List.of(new long[] {3, 4, 8, 8}, new long[] {2, 7}, new long[] {}, new long[] {3, 0})) {
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> perImage(3, shape))
          .withMessageContaining("of 3 images from output 'scores' of the model, found ")
          .withMessageEndingWith(Arrays.toString(shape));
    }
  }

  @Test
  void whatMixesImagesSaysHowToRunIt() {
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> perImage(3, 1, 21))
        .withMessageContaining("--micro-batch 1");
  }

  private static int perImage(int images, long... shape) {
    return ClassScores.perImage("the model", "scores", shape, images);
  }

  private static OnnxModel model(String dims) {
    List<Long> shape =
        dims.isEmpty()
            ? List.of()
            : Arrays.stream(dims.split(" ")).map(Long::valueOf).collect(Collectors.toList());
    GraphBuilder graph = GraphBuilder.create("net");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of()));
    graph.node("Relu", List.of("data"), "scores", Map.of());
    return graph.output(new ValueInfo("scores", DataType.FLOAT, shape)).build();
  }
}

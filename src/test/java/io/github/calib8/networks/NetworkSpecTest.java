package io.github.calib8.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NetworkSpecTest {
  private static final int CLASSES = 12;

  private static NetworkSpec small(Architecture architecture) {
    return NetworkSpec.of(architecture)
        .withWidth(0.125)
        .withHidden(32)
        .withInputSize(64)
        .withClasses(CLASSES);
  }

  private static INDArray run(OnnxModel model, int images, int size) {
    try (InferenceSession session = InferenceSession.open(model, EngineOptions.defaults())) {
      return session.run(
          Nd4j.linspace(DataType.FLOAT, -2, 1e-4, images * 3L * size * size)
              .reshape(images, 3, size, size));
    }
  }

  /** Published counts: BVLC, the VGG group; the others as torchvision and timm count them. */
  @ParameterizedTest
  @CsvSource({
    "ALEXNET, 60965224, 724",
    "GOOGLENET, 6998552, 1583",
    "VGG16, 138357544, 15470",
    "VGG19, 143667240, 19632",
    "RESNET50, 25557032, 3858",
    "RESNET101, 44549160, 7570",
    "RESNET152, 60192808, 11283",
    "MOBILENET_V2, 3504872, 301",
    "MOBILENET_V3_SMALL, 2542856, 57",
    "EFFICIENTNET_B0, 5288548, 386",
    "VIT_TINY, 5717416, 1254"
  })
  void fullSizeHasThePublishedParametersAndCost(
      Architecture architecture, long parameters, long millionMultiplyAdds) {
    NetworkSize size = NetworkSpec.of(architecture).size();
    assertThat(size.parameters()).isEqualTo(parameters);
    assertThat(size.multiplyAdds() / 1e6).isCloseTo(millionMultiplyAdds, within(1.0));
  }

  @ParameterizedTest
  @EnumSource
  void smallNetworksGiveProbabilities(Architecture architecture) {
    INDArray output = run(small(architecture).toModel(), 2, 64);
    assertThat(output.shape()).containsExactly(2, CLASSES);
    assertThat(output.sumNumber().doubleValue()).isCloseTo(2, within(1e-5));
  }

  @Test
  void theDeepestNetworkStaysFiniteAtFullSize() {
    OnnxModel model = NetworkSpec.of(Architecture.RESNET152).toModel();
    INDArray output = run(model, 1, 224);
    assertThat(output.shape()).containsExactly(1, 1000);
    assertThat(output.sumNumber().doubleValue()).isCloseTo(1, within(1e-5));
  }

  @Test
  void originalsKeepTheirOperators() {
    assertThat(operators(Architecture.ALEXNET)).contains("LRN", "Dropout", "Gemm");
    assertThat(operators(Architecture.GOOGLENET)).contains("LRN", "Concat", "AveragePool");
    assertThat(operators(Architecture.RESNET50)).contains("BatchNormalization", "Add");
    assertThat(small(Architecture.ALEXNET).toModel().nodes())
        .filteredOn(node -> node.intAttribute("group", 1) == 2)
        .hasSize(3);
    assertThat(small(Architecture.GOOGLENET).toModel().nodes())
        .filteredOn(node -> node.is("MaxPool"))
        .allMatch(node -> node.intAttribute("ceil_mode", 0) == 1);
  }

  @Test
  void theNetworksOfTodayHaveTheirOperators() {
    assertThat(operators(Architecture.MOBILENET_V2)).contains("Clip", "Add");
    assertThat(operators(Architecture.MOBILENET_V3_SMALL)).contains("HardSwish", "HardSigmoid");
    assertThat(operators(Architecture.EFFICIENTNET_B0)).contains("Sigmoid", "Mul");
    assertThat(operators(Architecture.VIT_TINY))
        .contains("LayerNormalization", "MatMul", "Softmax", "Erf", "Expand");
  }

  @Test
  void theSevenComeFirst() {
    assertThat(Architecture.classic())
        .hasSize(7)
        .isEqualTo(List.of(Architecture.values()).subList(0, 7));
  }

  private static List<String> operators(Architecture architecture) {
    return small(architecture).toModel().nodes().stream().map(Node::opType).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "ALEXNET, 8",
    "GOOGLENET, 59",
    "VGG16, 16",
    "VGG19, 19",
    "RESNET50, 54",
    "RESNET152, 156"
  })
  void smallNetworksAreAsDeepAsTheOriginals(Architecture architecture, int layers) {
    assertThat(operators(architecture))
        .filteredOn(op -> op.equals("Conv") || op.equals("Gemm"))
        .hasSize(architecture == Architecture.GOOGLENET ? layers - 1 : layers);
  }

  @Test
  void weightsOfAModelGiveTheSameModel() {
    NetworkSpec spec = small(Architecture.RESNET50).withWeights(WeightSource.he(5));
    OnnxModel model = spec.toModel();
    OnnxModel copy = spec.withWeights(WeightSource.of(model)).toModel();
    assertThat(copy.toBytes()).isEqualTo(model.toBytes());
  }

  @Test
  void weightsOfAnotherModelAreRefused() {
    OnnxModel model = small(Architecture.VGG16).toModel();
    assertThatThrownBy(
            () ->
                small(Architecture.VGG16)
                    .withClasses(5)
                    .withWeights(WeightSource.of(model))
                    .toModel())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fc8_w");
  }

  @Test
  void anInputSmallerThanTheFirstWindowIsRefused() {
    assertThatThrownBy(() -> small(Architecture.ALEXNET).withInputSize(10).toModel())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too small");
  }

  @Test
  void nothingIsBuiltWithoutClasses() {
    assertThatThrownBy(() -> small(Architecture.ALEXNET).withClasses(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

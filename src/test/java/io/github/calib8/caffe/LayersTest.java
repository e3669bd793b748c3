package io.github.calib8.caffe;

import static io.github.calib8.caffe.CaffeModelBytes.blob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every type of layer, computed by hand and run in the engine. */
class LayersTest {
  private static final float[] TWO_CHANNELS = {1, -2, 3, -4, 10, 20, 30, 40};

  @Test
  void convolutionWithGroupsAndBias() {
    String net =
        Nets.net(
            2,
            2,
            2,
            Nets.layer(
                "Convolution", "convolution_param { num_output: 2 group: 2 kernel_size: 1 }"));
    CaffeModelBytes weights =
        new CaffeModelBytes().layer("it", blob(dims(2, 1, 1, 1), 2, 0.5f), blob(dims(2), 1, -1));
    assertThat(Nets.run(Nets.trained(net, weights), TWO_CHANNELS))
        .containsExactly(3, -3, 7, -7, 4, 9, 14, 19);
  }

  @Test
  void convolutionWithARectangularKernelStrideBorderAndDilation() {
    String parameters =
        """
        convolution_param {
          num_output: 1 bias_term: false kernel_h: 1 kernel_w: 2
          stride_h: 2 stride_w: 1 pad_h: 0 pad_w: 1 dilation: 1 dilation: 2
        }
        """;
    String net = Nets.net(1, 3, 3, Nets.layer("Convolution", parameters));
    CaffeModelBytes weights = new CaffeModelBytes().layer("it", blob(dims(1, 1, 1, 2), 1, 10));
    OnnxModel model = Nets.trained(net, weights);
    assertThat(model.output().dims()).containsExactly(-1L, 1L, 2L, 3L);
    // Rows 0 and 2 behind a zero and in front of one; the second tap is two columns on.
    assertThat(Nets.run(model, 1, 2, 3, 4, 5, 6, 7, 8, 9)).containsExactly(20, 31, 2, 80, 97, 8);
  }

  @Test
  void innerProduct() {
    String net =
        Nets.net(2, 1, 2, Nets.layer("InnerProduct", "inner_product_param { num_output: 2 }"));
    CaffeModelBytes weights =
        new CaffeModelBytes()
            .layer("it", blob(dims(2, 4), 1, 2, 3, 4, 0, 0, 0, 1), blob(dims(2), 100, 0));
    assertThat(Nets.run(Nets.trained(net, weights), 1, 1, 2, 3)).containsExactly(121, 3);
  }

  @Test
  void transposedInnerProductWithoutBias() {
    String parameters = "inner_product_param { num_output: 2 transpose: true bias_term: false }";
    String net = Nets.net(1, 1, 2, Nets.layer("InnerProduct", parameters));
    CaffeModelBytes weights = new CaffeModelBytes().layer("it", blob(dims(2, 2), 1, 2, 3, 4));
    assertThat(Nets.run(Nets.trained(net, weights), 1, 10)).containsExactly(31, 42);
  }

  @Test
  void relu() {
    assertThat(run("ReLU", "", -2, 3)).containsExactly(0, 3);
    assertThat(run("ReLU", "relu_param { negative_slope: 0.5 }", -2, 3)).containsExactly(-1, 3);
  }

  @Test
  void dropoutDoesNothing() {
    assertThat(run("Dropout", "dropout_param { dropout_ratio: 0.5 }", -2, 3))
        .containsExactly(-2, 3);
  }

  @Test
  void softmax() {
    float[] probabilities =
        Nets.run(Nets.seeded(Nets.net(2, 1, 2, Nets.layer("Softmax", ""))), 1, 5, 1, 5);
    assertThat(probabilities).containsExactly(0.5f, 0.5f, 0.5f, 0.5f);
    probabilities = run("Softmax", "softmax_param { axis: -1 }", 0, (float) Math.log(3));
    assertThat(probabilities).containsExactly(new float[] {0.25f, 0.75f}, within(1e-6f));
  }

  @Test
  void normalizationAcrossChannels() {
    String parameters = "lrn_param { local_size: 3 alpha: 3 beta: 0.5 k: 2 }";
    float[] output =
        Nets.run(Nets.seeded(Nets.net(3, 1, 1, Nets.layer("LRN", parameters))), 1, 2, 3);
    assertThat(output)
        .containsExactly(
            new float[] {1 / root(2 + 1 + 4), 2 / root(2 + 1 + 4 + 9), 3 / root(2 + 4 + 9)},
            within(1e-6f));
  }

  @Test
  void concatenation() {
    assertThat(twoPaths("Concat", "")).containsExactly(-1, 2, -2, 4);
    assertThat(twoPaths("Concat", "concat_param { concat_dim: 1 }")).containsExactly(-1, 2, -2, 4);
    assertThat(twoPaths("Concat", "concat_param { axis: -1 }")).containsExactly(-1, 2, -2, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "'', -3, 6",
    "eltwise_param { operation: SUM coeff: 1 coeff: -1 }, 1, -2",
    "eltwise_param { operation: SUM coeff: 0.5 coeff: 2 }, -4.5, 9",
    "eltwise_param { operation: PROD }, 2, 8",
    "eltwise_param { operation: MAX }, -1, 4",
  })
  void elementwise(String parameters, float first, float second) {
    assertThat(twoPaths("Eltwise", parameters)).containsExactly(first, second);
  }

  @Test
  void sumsAndProductsOfThree() {
    for (String operation : List.of("SUM", "PROD")) {
      String layers =
          "layer { name: 'it' type: 'Eltwise' bottom: 'data' bottom: 'data' bottom: 'data'"
              + " top: 'out' eltwise_param { operation: "
              + operation
              + " } }";
      assertThat(Nets.run(Nets.seeded(Nets.net(1, 1, 1, layers)), 4))
          .containsExactly(operation.equals("SUM") ? 12 : 64);
    }
  }

  @Test
  void batchNormDividesItsStatisticsByTheFactor() {
    String net = Nets.net(2, 1, 2, Nets.layer("BatchNorm", "batch_norm_param { eps: 1 }"));
    CaffeModelBytes weights =
        new CaffeModelBytes()
            .layer("it", blob(dims(2), 2, 20), blob(dims(2), 6, 16), blob(dims(1), 2));
    // Means 1 and 10, variances 3 and 8, plus 1.
    assertThat(Nets.run(Nets.trained(net, weights), 1, 3, 10, 16))
        .containsExactly(new float[] {0, 1, 0, 2}, within(1e-6f));
  }

  @Test
  void scaleBehindBatchNormInPlaceIsPartOfIt() {
    String net =
        Nets.net(
            1,
            1,
            2,
            Nets.layer("bn", "BatchNorm", "data", "out", "batch_norm_param { eps: 0 }")
                + Nets.layer("it", "Scale", "out", "out", "scale_param { bias_term: true }")
                + Nets.layer("again", "Scale", "out", "out", "scale_param { bias_term: true }"));
    CaffeModelBytes weights =
        new CaffeModelBytes()
            .layer("bn", blob(dims(1), 1), blob(dims(1), 4), blob(dims(1), 1))
            .layer("it", blob(dims(1), 10), blob(dims(1), 5))
            .layer("again", blob(dims(1), 2), blob(dims(1), 3));
    OnnxModel model = Nets.trained(net, weights);
    assertThat(model.nodes())
        .extracting(Node::opType)
        .containsExactly("BatchNormalization", "Mul", "Add");
    assertThat(Nets.run(model, 1, 3)).containsExactly(13, 33);
  }

  @Test
  void scaleIsNotMergedWhereTheNormalizedValuesAreReadAlone() {
    String net =
        Nets.net(
            1,
            1,
            2,
            Nets.layer("bn", "BatchNorm", "data", "norm", "")
                + Nets.layer("it", "Scale", "norm", "scaled", "scale_param { bias_term: true }")
                + "layer { name: 'sum' type: 'Eltwise' bottom: 'norm' bottom: 'scaled' top: 'out' }");
    CaffeModelBytes weights =
        new CaffeModelBytes()
            .layer("bn", blob(dims(1), 0), blob(dims(1), 1), blob(dims(1), 1))
            .layer("it", blob(dims(1), 10), blob(dims(1), 5));
    assertThat(Nets.run(Nets.trained(net, weights), 1, 3))
        .containsExactly(new float[] {16, 38}, within(1e-3f));
  }

  @Test
  void scaleAlongOtherAxes() {
    String net = Nets.net(2, 1, 2, Nets.layer("Scale", "scale_param { axis: 1 num_axes: -1 }"));
    CaffeModelBytes weights = new CaffeModelBytes().layer("it", blob(dims(2, 1, 2), 1, 2, 3, 4));
    assertThat(Nets.run(Nets.trained(net, weights), 1, 1, 1, 1)).containsExactly(1, 2, 3, 4);
    net = Nets.net(2, 1, 2, Nets.layer("Scale", "scale_param { num_axes: 0 }"));
    weights = new CaffeModelBytes().layer("it", blob(dims(), 3));
    assertThat(Nets.run(Nets.trained(net, weights), 1, 2, 3, 4)).containsExactly(3, 6, 9, 12);
  }

  @Test
  void splitCopies() {
    String net =
        Nets.net(
            1,
            1,
            2,
            "layer { name: 's' type: 'Split' bottom: 'data' top: 'a' top: 'b' }"
                + "layer { name: 'c' type: 'Concat' bottom: 'a' bottom: 'b' top: 'out' }");
    assertThat(Nets.run(Nets.seeded(net), 1, 2)).containsExactly(1, 2, 1, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "Flatten, '', '[-1, 12]'",
    "Flatten, flatten_param { axis: 2 }, '[-1, 2, 6]'",
    "Flatten, flatten_param { axis: 1 end_axis: 2 }, '[-1, 4, 3]'",
    "Reshape, reshape_param { shape { dim: 0 dim: -1 } }, '[-1, 12]'",
    "Reshape, reshape_param { shape { dim: -1 dim: 3 dim: 4 } }, '[-1, 3, 4]'",
    "Reshape, reshape_param { shape { dim: 0 dim: 0 dim: 3 dim: -1 } }, '[-1, 2, 3, 2]'",
    "Reshape, reshape_param { shape { dim: 6 } axis: 2 }, '[-1, 2, 6]'",
    "Reshape, reshape_param { shape { dim: 1 } axis: 1 num_axes: 0 }, '[-1, 1, 2, 2, 3]'",
  })
  void valuesStayInOrder(String type, String parameters, String dims) {
    OnnxModel model = Nets.seeded(Nets.net(2, 2, 3, Nets.layer(type, parameters)));
    assertThat(model.output().dims()).hasToString(dims);
    assertThat(Nets.run(model, Nets.range(12))).containsExactly(Nets.range(12));
  }

  @Test
  void power() {
    assertThat(run("Power", "power_param { scale: 2 shift: 1 power: 2 }", 1, -1))
        .containsExactly(9, 1);
    assertThat(run("Power", "power_param { shift: -1 }", 1, -1)).containsExactly(0, -2);
    assertThat(run("Power", "", 1, -1)).containsExactly(1, -1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Convolution | convolution_param { kernel_size: 1 } | field 'num_output', found none",
        "Convolution | convolution_param { num_output: 1 } | field 'kernel_size', found none",
        "Convolution | convolution_param { num_output: 3 group: 3 kernel_size: 1 } | 3 equal groups",
        "Convolution | convolution_param { num_output: 2 kernel_size: 3 } | as large as the kernel",
        "Convolution | convolution_param { num_output: 2 kernel_size: 1 axis: 2 } | axis 1",
        "Convolution | convolution_param { num_output: 2147483647 kernel_size: 1 } | more weights",
        "Convolution | convolution_param { num_output: 99999999999 kernel_size: 1 } | whole number",
        "Convolution | convolution_param { num_output: 2 kernel_size: 1 foo: 1 } | field 'foo'",
        "InnerProduct | inner_product_param { num_output: 2 axis: 2 } | axis 1",
        "LRN | lrn_param { norm_region: WITHIN_CHANNEL } | ACROSS_CHANNELS",
        "LRN | lrn_param { local_size: 4 } | odd local_size",
        "Softmax | softmax_param { axis: 0 } | axis from 1 to 3",
        "Concat | concat_param { axis: 4 } | axis from 1 to 3",
        "Eltwise | '' | 2 or more bottoms",
        "BatchNorm | batch_norm_param { use_global_stats: false } | use_global_stats",
        "Scale | scale_param { num_axes: 4 } | num_axes",
        "Flatten | flatten_param { axis: 0 } | axis from 1 to 3",
        "Flatten | flatten_param { axis: 2 end_axis: 1 } | end_axis",
        "Reshape | reshape_param { shape { dim: 3 dim: -1 } } | batch",
        "Reshape | reshape_param { shape { dim: 0 dim: 7 } } | 8 values an image",
        "Reshape | reshape_param { shape { dim: 0 dim: -1 dim: -1 } } | inferred",
        "Reshape | reshape_param { shape { dim: 0 dim: 3 dim: -1 } } | inferred",
        "Reshape | reshape_param { shape { dim: 0 dim: 2 dim: 2 dim: 2 dim: 0 } } | to copy",
        "Power | power_param { power: nan } | a number",
        "Crop | '' | supported type",
      })
  void whatIsNotPossibleIsAnErrorWithLayerAndLine(String type, String parameters, String text) {
    assertThatThrownBy(() -> Nets.seeded(Nets.net(2, 2, 2, Nets.layer(type, parameters))))
        .isInstanceOf(CaffeException.class)
        .hasMessageStartingWith("net.prototxt:4: layer 'it' of type '" + type + "': ")
        .hasMessageContaining(text);
  }

  /** Layer "it" of [-x, 2x] and [-2x, 4x] for x = 1. */
  private static float[] twoPaths(String type, String parameters) {
    String layers =
        Nets.layer("a", "Power", "data", "a", "power_param { scale: 2 }")
            + "layer { name: 'it' type: '%s' bottom: 'data' bottom: 'a' top: 'out' %s }"
                .formatted(type, parameters);
    return Nets.run(Nets.seeded(Nets.net(1, 1, 2, layers)), -1, 2);
  }

  private static float[] run(String type, String parameters, float... image) {
    return Nets.run(Nets.seeded(Nets.net(1, 1, image.length, Nets.layer(type, parameters))), image);
  }

  private static float root(float square) {
    return (float) Math.sqrt(square);
  }

  private static long[] dims(long... dims) {
    return dims;
  }
}

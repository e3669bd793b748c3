package io.github.calib8.caffe;

import static io.github.calib8.caffe.CaffeModelBytes.blob;
import static io.github.calib8.caffe.CaffeModelBytes.oldBlob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.caffe.CaffeModelBytes.Form;
import io.github.calib8.onnx.OnnxModel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightsReaderTest {
  private static final String NET =
      Nets.net(
          3,
          1,
          1,
          Nets.layer("InnerProduct", "inner_product_param { num_output: 2 bias_term: false }"));
  private static final float[] VALUES = {1, 2, 3, -4, 0.5f, 6};
  private static final long[] DIMS = {2, 3};

  @ParameterizedTest
  @EnumSource
  void allFormsOfValuesAreTheSame(Form form) {
    CaffeModelBytes file = new CaffeModelBytes().layer("it", blob(form, DIMS, VALUES));
    assertThat(weights(Nets.trained(NET, file))).containsExactly(VALUES);
  }

  @Test
  void bothGenerationsAreTheSame() {
    CaffeModelBytes file = new CaffeModelBytes().oldLayer("it", oldBlob(1, 1, 2, 3, VALUES));
    assertThat(weights(Nets.trained(NET, file))).containsExactly(VALUES);
  }

  @Test
  void layersThatTheNetDoesNotHaveAreLeftOut() {
    CaffeModelBytes file =
        new CaffeModelBytes()
            .layer("data")
            .layer("loss", blob(new long[] {1}, 7))
            .layer("it", blob(DIMS, VALUES));
    assertThat(weights(Nets.trained(NET, file))).containsExactly(VALUES);
  }

  @Test
  void weightsThatDoNotFitAreAnErrorOfTheLayer() {
    assertThatThrownBy(
            () -> Nets.trained(NET, new CaffeModelBytes().layer("other", blob(DIMS, VALUES))))
        .hasMessage(
            "net.prototxt:4: layer 'it' of type 'InnerProduct': Expected 1 blobs of weights in"
                + " test.caffemodel, found 0");
    assertThatThrownBy(
            () ->
                Nets.trained(
                    NET, new CaffeModelBytes().layer("it", blob(new long[] {3, 2}, VALUES))))
        .hasMessageContaining("Expected [2, 3] in blob 0 of the weights in test.caffemodel");
  }

  @Test
  void aBlobThatClaimsMoreThanItHoldsFailsAtOnce() {
    CaffeModelBytes file =
        new CaffeModelBytes().layer("it", blob(new long[] {1 << 20, 1 << 20}, VALUES));
    assertThatThrownBy(file::weights)
        .isInstanceOf(CaffeException.class)
        .hasMessageStartingWith("test.caffemodel, byte ")
        .hasMessageContaining("layer 'it': Expected as many values as a blob of [1048576, 1048576]")
        .hasMessageContaining("found 6");
    CaffeModelBytes overflow =
        new CaffeModelBytes().layer("it", blob(new long[] {1L << 32, 1L << 32, 0}, VALUES));
    assertThatThrownBy(overflow::weights).isInstanceOf(CaffeException.class);
    CaffeModelBytes negative = new CaffeModelBytes().layer("it", blob(new long[] {-2, -3}, VALUES));
    assertThatThrownBy(negative::weights).isInstanceOf(CaffeException.class);
  }

  @Test
  void everyTruncationIsAnErrorWithItsPosition() {
    byte[] file =
        new CaffeModelBytes()
            .layer("it", blob(DIMS, VALUES))
            .oldLayer("two", oldBlob(1, 1, 2, 3, VALUES))
            .toBytes();
    int firstLayer = new CaffeModelBytes().layer("it", blob(DIMS, VALUES)).toBytes().length;
    for (int length = 0; length < file.length; length++) {
      byte[] truncated = Arrays.copyOf(file, length);
      if (length != firstLayer) {
        assertThatThrownBy(() -> WeightsReader.parse(truncated, "cut.caffemodel"))
            .as("%d bytes", length)
            .isInstanceOf(CaffeException.class)
            .hasMessageStartingWith("cut.caffemodel, byte ")
            .hasMessageContaining(" of " + length);
      }
    }
  }

  @Test
  void aLayerComesOnce() {
    CaffeModelBytes file =
        new CaffeModelBytes().layer("it", blob(DIMS, VALUES)).layer("it", blob(DIMS, VALUES));
    assertThatThrownBy(file::weights).hasMessageContaining("layer 'it' once, found it again");
  }

  private static float[] weights(OnnxModel model) {
    return model.initializers().get("it_w").toFloats();
  }
}

package io.github.calib8.caffe;

import static io.github.calib8.caffe.CaffeModelBytes.blob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Floats;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaffeImporterTest {
  private static final String FC = "inner_product_param { num_output: 2 }";

  @TempDir private Path folder;

  @Test
  void filesAreRead() throws IOException {
    Path prototxt = folder.resolve("net.prototxt");
    // The comment is no UTF-8.
    Files.writeString(
        prototxt,
        "# \u00e9\n" + Nets.net(1, 1, 1, Nets.layer("InnerProduct", FC)),
        StandardCharsets.ISO_8859_1);
    Path caffemodel = folder.resolve("net.caffemodel");
    Files.write(
        caffemodel,
        new CaffeModelBytes()
            .layer("it", blob(new long[] {2, 1}, 3, 4), blob(new long[] {2}, 0, 1))
            .toBytes());
    OnnxModel model = CaffeImporter.read(prototxt, caffemodel);
    assertThat(model.name()).isEqualTo("net");
    assertThat(Nets.run(model, 2)).containsExactly(6, 9);
    assertThat(OnnxModel.parse(model.toBytes(), "net").nodes()).isEqualTo(model.nodes());
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() throws IOException {
    Path prototxt = folder.resolve("net.prototxt");
    Files.writeString(prototxt, "\ufeff" + Nets.net(1, 1, 1, Nets.layer("ReLU", "")));

    assertThat(CaffeImporter.read(prototxt).outputs()).hasSize(1);
  }

  @Test
  void anErrorNamesTheFile() throws IOException {
    Path prototxt = folder.resolve("net.prototxt");
    Files.writeString(prototxt, "\nlayer { name: 'x' }");
    assertThatThrownBy(() -> CaffeImporter.read(prototxt))
        .isInstanceOf(CaffeException.class)
        .hasMessage(prototxt + ":2: layer 'x': Expected a type, found none");
    assertThatThrownBy(() -> CaffeImporter.read(folder.resolve("none.prototxt")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void theBatchIsFree() {
    OnnxModel model = Nets.seeded(Nets.net(3, 4, 5, Nets.layer("ReLU", "")));
    assertThat(model.input()).hasToString("data [N,3,4,5]");
    assertThat(model.output()).hasToString("out [N,3,4,5]");
  }

  @Test
  void theLastValueOfABlobHasItsName() {
    String net =
        Nets.net(
            1,
            1,
            1,
            Nets.layer("fc", "InnerProduct", "data", "fc", FC)
                + Nets.layer("shift", "Power", "fc", "fc", "power_param { shift: 1 }")
                + Nets.layer("relu", "ReLU", "fc", "fc", "")
                + Nets.layer("drop", "Dropout", "fc", "fc", "")
                + Nets.layer("prob", "Softmax", "fc", "prob", ""));
    OnnxModel model = Nets.seeded(net);
    assertThat(model.nodes())
        .extracting(Node::output)
        .containsExactly("fc_flat", "fc_before_shift", "fc_before_relu", "fc", "prob");
    assertThat(model.nodes())
        .extracting(Node::name)
        .containsExactly("fc_flat", "fc", "shift", "relu", "prob");
  }

  @Test
  void aBlobReadBetweenChangesIsTheValueOfThatTime() {
    String net =
        Nets.net(
            1,
            1,
            1,
            Nets.layer("a", "Power", "data", "a", "power_param { shift: -5 }")
                + Nets.layer("b", "Power", "a", "b", "power_param { scale: 10 }")
                + Nets.layer("relu", "ReLU", "a", "a", "")
                + "layer { name: 'c' type: 'Concat' bottom: 'a' bottom: 'b' top: 'c' }");
    assertThat(Nets.run(Nets.seeded(net), 2)).containsExactly(0, -30);
  }

  @Test
  void anInputThatIsChangedInPlaceKeepsItsName() {
    String net =
        Nets.net(
            1,
            1,
            1,
            Nets.layer("shift", "Power", "data", "data", "power_param { shift: 1 }")
                + Nets.layer("relu", "ReLU", "data", "out", ""));
    OnnxModel model = Nets.seeded(net);
    assertThat(model.nodes()).extracting(Node::output).containsExactly("data_after_shift", "out");
    assertThat(Nets.run(model, 2)).containsExactly(3);
  }

  @Test
  void madeUpNamesAvoidThoseOfTheNet() {
    String net =
        Nets.net(
            1,
            1,
            1,
            Nets.layer("a", "ReLU", "data", "a", "")
                + Nets.layer("b", "ReLU", "a", "a", "")
                + Nets.layer("c", "ReLU", "a", "a_before_b", ""));
    assertThat(Nets.seeded(net).nodes())
        .extracting(Node::output)
        .containsExactly("a_before_b_1", "a", "a_before_b");
  }

  @Test
  void whatNobodyReadsIsAnOutput() {
    String net =
        Nets.net(
            1,
            1,
            1,
            Nets.layer("a", "ReLU", "data", "z", "") + Nets.layer("b", "ReLU", "data", "y", ""));
    assertThat(Nets.seeded(net).outputs()).extracting(ValueInfo::name).containsExactly("z", "y");
  }

  @Test
  void netsThatDoNotHoldTogetherAreRefused() {
    assertRefused(
        Nets.layer("a", "ReLU", "nothing", "a", ""),
        "layer 'a' of type 'ReLU': Expected a bottom that is made before, found 'nothing'");
    assertRefused(
        Nets.layer("a", "ReLU", "data", "a", "") + Nets.layer("b", "ReLU", "data", "a", ""),
        "layer 'b' of type 'ReLU': Expected each blob to be made once, found another 'a'");
    assertRefused(
        "layer { name: 'a' type: 'ReLU' bottom: 'data' top: 'a' top: 'b' }",
        "Expected 1 top, found 2");
    assertRefused(
        "layer { name: 'a' type: 'Eltwise' bottom: 'data' bottom: 'data' }",
        "Expected 1 top, found 0");
    assertRefused(
        Nets.layer("a", "Dropout", "data", "data", ""), "Expected layers that compute something");
  }

  @Test
  void seededWeightsAreTheSameEachTimeAndHaveTheirDeviation() {
    String net =
        Nets.net(50, 1, 1, Nets.layer("InnerProduct", "inner_product_param { num_output: 1000 }"));
    OnnxModel model = Nets.seeded(net);
    assertThat(Nets.seeded(net).sha256()).isEqualTo(model.sha256());
    float[] weights = model.initializers().get("it_w").toFloats();
    double mean = Floats.asList(weights).stream().mapToDouble(w -> w).average().orElseThrow();
    double square = Floats.asList(weights).stream().mapToDouble(w -> w * w).average().orElseThrow();
    assertThat(mean).isCloseTo(0, within(0.005));
    assertThat(square).isCloseTo(2.0 / 50, within(0.001));
    assertThat(model.initializers().get("it_b").toFloats()).containsOnly(0);
  }

  private static void assertRefused(String layers, String text) {
    assertThatThrownBy(() -> Nets.seeded(Nets.net(1, 1, 1, layers)))
        .isInstanceOf(CaffeException.class)
        .hasMessageStartingWith("net.prototxt:")
        .hasMessageContaining(text);
  }
}

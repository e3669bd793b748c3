package io.github.calib8.caffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetReaderTest {
  private static final String RELU = "layer { name: 'r' type: 'ReLU' bottom: 'data' top: 'r' }";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input: 'data' input_dim: 1 input_dim: 3 input_dim: 4 input_dim: 5",
        "input: 'data' input_dim: [1, 3, 4, 5]",
        "input: 'data' input_shape { dim: 1 dim: 3 dim: 4 dim: 5 }",
        "layer { name: 'data' type: 'Input' top: 'data'"
            + " input_param { shape: { dim: 1 dim: 3 dim: 4 dim: 5 } } }",
      })
  void allWaysToStateInputsAreTheSame(String input) {
    NetDefinition net = read("name: 'n' " + input + " " + RELU);
    assertThat(net.name()).isEqualTo("n");
    assertThat(net.inputs()).hasToString("{data=[1, 3, 4, 5]}");
  }

  @Test
  void bothGenerationsAreTheSame() {
    String newer =
        input()
            + "layer { name: 'c' type: 'InnerProduct' bottom: 'data' top: 'c'"
            + " param { lr_mult: 1 } inner_product_param { num_output: 2 } }";
    String older =
        input()
            + "layers { name: 'c' type: INNER_PRODUCT bottom: 'data' top: 'c'"
            + " blobs_lr: 1 weight_decay: 0 inner_product_param { num_output: 2 } }";
    assertThat(Nets.seeded(older).sha256()).isEqualTo(Nets.seeded(newer).sha256());
  }

  @Test
  void layersForTrainingAloneAreLeftOut() {
    NetDefinition net =
        read(
            input()
                + "layer { name: 'd' type: 'Data' top: 'x' include { phase: TRAIN } }"
                + "layer { name: 'e' type: 'Data' top: 'x' exclude { phase: TEST } }"
                + "layer { name: 'r' type: 'ReLU' bottom: 'data' top: 'r' include { phase: TEST } }"
                + "layer { name: 's' type: 'ReLU' bottom: 'r' top: 's' exclude { phase: TRAIN } }");
    assertThat(net.layers()).extracting(LayerDefinition::name).containsExactly("r", "s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layer { name: 'd' type: 'Data' top: 'x' } | layer 'd' of type 'Data': Expected a deploy",
        "layer { name: 'l' type: 'SoftmaxWithLoss' } | found a layer for training",
        "layers { name: 'a' type: ACCURACY } | layer 'a' of type 'Accuracy': Expected a deploy",
        "layers { name: 'q' type: QUUX } | Expected a layer type as in ABSVAL, ACCURACY",
        "layers { layer { name: 'c' type: 'conv' } } | found the first",
        "layer { name: 'r' type: 'ReLU' } layers { name: 's' type: RELU } | found both",
        "layer { name: 'r' } | Expected a type, found none",
        "layer { name: 'r' type: 'ReLU' bottom: 'data' top: '' } | Expected a name for each bottom and top",
        "layer { name: 'i' type: 'Input' top: '' } | Expected a name for each bottom and top",
        "layer { name: 'r' type: RELU } | a text in quotes for field 'type'",
        "layer { name: 'r' name: 's' type: 'ReLU' } | Expected field 'name' once, found it 2",
        "layer { name: 'r' type: 'ReLU' include { } exclude { } } | found both",
        "layer { name: 'i' type: 'Input' top: 'a' top: 'b' top: 'c' input_param { shape { dim: 1 }"
            + " shape { dim: 1 } } } | Expected 1 or 3 shapes, found 2",
        "layer { name: 'i' type: 'Input' top: 'data' input_param { shape { dim: 1 } } }"
            + " | Expected input 'data' once",
        "layer { name: 'i' type: 'Input' top: 'a' input_param { shape { } } }"
            + " | Expected dimensions for input 'a', found none",
        "input: 'more' | for each of 2 inputs, found 1 shapes and 0 dimensions",
        "'' | found 1 inputs and 0 layers",
      })
  void whatIsNoDeployFileIsRefused(String layers, String text) {
    assertThatThrownBy(() -> read(input() + layers))
        .isInstanceOf(CaffeException.class)
        .hasMessageStartingWith("net.prototxt:1: ")
        .hasMessageContaining(text);
  }

  @Test
  void rulesOnStagesAreNotUnderstood() {
    assertThatThrownBy(
            () ->
                Nets.seeded(
                    input()
                        + "layer { name: 'r' type: 'ReLU' bottom: 'data' top: 'r'\n"
                        + "include { stage: 'deploy' } }"))
        .hasMessage("net.prototxt:2: Expected no field 'stage', found one");
  }

  @Test
  void blobsHaveNames() {
    for (String relu : List.of("bottom: '' top: 'r'", "bottom: 'data' top: ''")) {
      assertThatThrownBy(() -> read(input() + "layer { name: 'r' type: 'ReLU' " + relu + " }"))
          .isInstanceOf(CaffeException.class)
          .hasMessageContaining("layer 'r'")
          .hasMessageContaining("Expected a name for each bottom and top");
    }
  }

  @Test
  void aNameStandsForOneLayer() {
    assertThatThrownBy(() -> read(input() + RELU + RELU))
        .hasMessageContaining("layer 'r' of type 'ReLU': Expected another name for each layer");
  }

  private static String input() {
    return "input: 'data' input_shape { dim: 1 dim: 3 dim: 4 dim: 5 } ";
  }

  private static NetDefinition read(String text) {
    return NetReader.read(Fields.of("net.prototxt", TextParser.parse(text, "net.prototxt")));
  }

  @Test
  void aFieldNobodyUnderstandsIsRefused() {
    for (String field : List.of("foo: 1", "foo { }", "solver_mode: GPU")) {
      assertThatThrownBy(() -> Nets.seeded(input() + RELU + "\n" + field))
          .isInstanceOf(CaffeException.class)
          .hasMessageStartingWith("net.prototxt:2: Expected no field '");
    }
  }
}

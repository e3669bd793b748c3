package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShortNamesTest {
  private static final int WIDTH = 16;

  private static List<String> labels(String... names) {
    ShortNames shortened = new ShortNames(List.of(names), WIDTH);
    return List.of(names).stream().map(shortened::of).toList();
  }

  @Test
  void whatFitsStaysAndWhatDoesNotIsCutAtTheEnd() {
    assertThat(labels("EfficientNet-B0", "densely_connected_network"))
        .containsExactly("EfficientNet-B0", "densely_connect…");
  }

  @Test
  void rowsOfOneNetworkKeepTheFileThatTellsThemApart() {
    assertThat(
            labels(
                "mobile_classifier",
                "mobile_classifier, first.onnx",
                "mobile_classifier, second.onnx"))
        .containsExactly("…bile_classifier", "…ier, first.onnx", "…er, second.onnx")
        .doesNotHaveDuplicates();
  }

  @Test
  void ofWhatDiffersTooEarlyForTheEndTheStartOfTheDifferenceIsKept() {
    assertThat(
            labels(
                "mobile_classifier, from-one-program-and-long.onnx",
                "mobile_classifier, other-one-program-and-long.onnx"))
        .containsExactly("…from-one-progr…", "…other-one-prog…");
  }

  @Test
  void thoseThatDifferLaterAreToldApartAsWell() {
    assertThat(
            labels(
                "one_long_network, folder_of_the_first_program/a.onnx",
                "one_long_network, folder_of_the_first_program/b.onnx",
                "one_long_network, other_program/a.onnx"))
        .doesNotHaveDuplicates()
        .allMatch(label -> label.length() <= WIDTH)
        .anyMatch(label -> label.endsWith("m/a.onnx"))
        .anyMatch(label -> label.endsWith("m/b.onnx"));
  }

  @Test
  void whatLooksTheSameWhereverItIsCutIsNumbered() {
    assertThat(labels("x".repeat(20), "x".repeat(21), "net_0_0_0_0_0_0_0", "net_0_0_0_0_0_0_0_0"))
        .doesNotHaveDuplicates()
        .allMatch(label -> label.length() <= WIDTH)
        .startsWith("xxxxxxxxxxxxx…1", "xxxxxxxxxxxxx…2");
  }

  @Test
  void theSameNameTwiceIsTheSameLabelAndWideLettersAreNotCutInTwo() {
    assertThat(labels("network_of_a_long_name", "network_of_a_long_name"))
        .containsOnly("network_of_a_lo…");
    assertThat(labels("分类网络分类网络分类网络", "分类网络分类网络分类网路", "🌲🌲🌲🌲🌲🌲🌲🌲🌲"))
        .containsExactly("…类网络分类网络", "…类网络分类网路", "🌲🌲🌲🌲🌲🌲🌲…");
  }
}

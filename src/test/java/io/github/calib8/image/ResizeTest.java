package io.github.calib8.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResizeTest {
  @ParameterizedTest
  @ValueSource(strings = {"none", "square:256", "short:1", "short:65535", "exact:96x320"})
  void parseReadsWhatToStringWrites(String text) {
    assertThat(Resize.parse(text)).hasToString(text).isEqualTo(Resize.parse(text));
  }

  @Test
  void factoriesMakeWhatParseReads() {
    assertThat(Resize.none()).isEqualTo(Resize.parse("none"));
    assertThat(Resize.square(256)).isEqualTo(Resize.parse("square:256"));
    assertThat(Resize.shorterSide(256)).isEqualTo(Resize.parse("short:256"));
    assertThat(Resize.shorterSide(256)).isNotEqualTo(Resize.square(256));
    assertThat(Resize.exactly(256, 256)).isEqualTo(Resize.square(256));
    assertThat(Resize.exactly(96, 320))
        .isEqualTo(Resize.parse("exact:96x320"))
        .isNotEqualTo(Resize.exactly(320, 96));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "None",
        "256",
        "square",
        "square:",
        "square:0",
        "short:-1",
        "short:256x256",
        "short: 256",
        "long:256",
        "short:100000",
        "exact:256",
        "exact:0x3",
        "square:2x3"
      })
  void parseRefusesAnythingElse(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resize.parse(text))
        .withMessage(
            "Expected a resize of none, square:SIZE, short:SIZE (short:256) or exact:HEIGHTxWIDTH,"
                + " found '%s'",
            text);
  }

  @Test
  void sizesAreAtLeastOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resize.square(0))
        .withMessage("Expected size of at least 1, found 0");
    assertThatIllegalArgumentException().isThrownBy(() -> Resize.shorterSide(-3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"square:65536", "short:65536", "exact:65536x1", "exact:1x65536"})
  void sizesAreAtMost65535(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resize.parse(text))
        .withMessageMatching("Expected (size|height|width) of at most 65535, found 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resize.shorterSide(Integer.MAX_VALUE))
        .withMessage("Expected size of at most 65535, found 2147483647");
  }

  @Test
  void anImageWhoseLongerSideIsBeyondAnIntIsRefused() {
    assertThat(Resize.shorterSide(65_535).width(32_768, 1)).isEqualTo(32_768 * 65_535);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resize.shorterSide(65_535).height(1, 32_769))
        .withMessage(
            "Expected an image that short:65535 brings to sides of fewer than 2^31 pixels, found"
                + " sides of 1 and 32769");
  }

  @Test
  void anExactSizeIsThatOfEveryImage() {
    Resize resize = Resize.exactly(96, 320);
    assertThat(resize.width(500, 333)).isEqualTo(320);
    assertThat(resize.height(500, 333)).isEqualTo(96);
  }

  @Test
  void theLongerSideIsRoundedDownLikeTorchvision() {
    Resize resize = Resize.shorterSide(256);
    assertThat(resize.width(500, 333)).isEqualTo(384);
    assertThat(resize.height(500, 333)).isEqualTo(256);
    assertThat(resize.width(333, 500)).isEqualTo(256);
    assertThat(resize.height(333, 500)).isEqualTo(384);
    assertThat(resize.width(7, 7)).isEqualTo(256);
  }

  @Test
  void aSquareIsASquare() {
    assertThat(Resize.square(256).width(500, 333)).isEqualTo(256);
    assertThat(Resize.square(256).height(500, 333)).isEqualTo(256);
    assertThat(Resize.none().width(500, 333)).isEqualTo(500);
    assertThat(Resize.none().height(500, 333)).isEqualTo(333);
  }
}

package io.github.calib8.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlternativesTest {

  private static List<Resize> sizes(Preprocessing current) {
    return Alternatives.of(current, Optional.empty()).stream()
        .map(Preprocessing::resize)
        .distinct()
        .toList();
  }

  @Test
  void aRectangleMayBeTheWholeImage() {
    assertThat(sizes(Preprocessing.torchvision().withCrop(32, 100)))
        .contains(Resize.exactly(32, 100), Resize.square(100), Resize.shorterSide(114));
    assertThat(sizes(Preprocessing.torchvision()))
        .containsExactlyInAnyOrder(
            Resize.shorterSide(256),
            Resize.square(256),
            Resize.shorterSide(224),
            Resize.square(224),
            Resize.none());
  }

  @Test
  void noSizeIsBeyondTheLongest() {
    assertThat(sizes(Preprocessing.torchvision().withCrop(1, 60_000)))
        .contains(Resize.square(65_535), Resize.exactly(1, 60_000));
  }
}

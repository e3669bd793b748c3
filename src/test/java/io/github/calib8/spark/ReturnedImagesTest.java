package io.github.calib8.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReturnedImagesTest {
  private static final List<String> SENT = List.of("c", "a", "b", "d");

  @Test
  void whatDidNotComeBackIsFoundInTheOrderOfTheImages() {
    assertThat(ReturnedImages.missing(SENT, List.of(List.of("b"), List.of("a"))))
        .containsExactly("c", "d");
    assertThat(ReturnedImages.missing(SENT, List.of(SENT))).isEmpty();
  }

  @Test
  void anImageThatCountsTwiceIsAnErrorEvenInTwoGroups() {
    for (List<List<String>> returned :
        List.of(List.of(List.of("a", "b", "a")), List.of(List.of("a"), List.of("c", "a")))) {
      assertThatThrownBy(() -> ReturnedImages.missing(SENT, returned))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "Expected Spark to return each image that it was sent, and once, found 'a' twice");
    }
  }

  @Test
  void anImageThatWasNotSentIsAnError() {
    assertThatThrownBy(() -> ReturnedImages.missing(SENT, List.of(List.of("a", "x"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("found 'x' beside them");
  }

  @Test
  void lostImagesAreNamedTheFirstOnesOfMany() {
    assertThatCode(() -> ReturnedImages.requireNone(List.of())).doesNotThrowAnyException();
    assertThatThrownBy(() -> ReturnedImages.requireNone(List.of("c", "d")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Expected Spark to return all images, found 2 missing: c, d");
    List<String> many = IntStream.range(0, 1000).mapToObj(i -> i + ".jpg").toList();
    assertThatThrownBy(() -> ReturnedImages.requireNone(many))
        .hasMessageEndingWith(
            "found 1000 missing: 0.jpg, 1.jpg, 2.jpg, 3.jpg, 4.jpg, 5.jpg,"
                + " 6.jpg, 7.jpg, 8.jpg, 9.jpg, and 990 others");
  }

  @Test
  void anotherOrderIsAnError() {
    assertThatCode(() -> ReturnedImages.requireOrder(SENT, List.of("c", "b")))
        .doesNotThrowAnyException();
    List<String> reversed = List.of("b", "c");
    assertThatThrownBy(() -> ReturnedImages.requireOrder(SENT, reversed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Expected Spark to return 2 images in their order, found another order");
    assertThatCode(() -> ReturnedImages.requireOrder(SENT, Collections.emptyList()))
        .doesNotThrowAnyException();
  }
}

package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PairedErrorsTest {

  @Test
  void errorsThatAreLessOfEveryImageAreLess() {
    assertThat(PairedErrors.areLess(new double[] {1, 20, 300}, new double[] {2, 50, 500}, 2))
        .isTrue();
    assertThat(PairedErrors.areLess(new double[] {2, 50, 500}, new double[] {1, 20, 300}, 2))
        .isFalse();
  }

  @Test
  void noiseIsNotLess() {
    // In total less, but of every other image more.
    double[] errors = {1, 4, 1, 4, 1};
    double[] others = {2.2, 2.2, 2.2, 2.2, 2.5};
    assertThat(PairedErrors.mean(errors)).isLessThan(PairedErrors.mean(others));
    assertThat(PairedErrors.areLess(errors, others, 2)).isFalse();
    assertThat(PairedErrors.areLess(errors, others, 0)).isTrue();
  }

  @Test
  void lessOfMostImagesIsNotEnoughWhereTheTotalIsMore() {
    double[] errors = {1, 1, 1, 1, 1, 1, 1, 1, 1, 100};
    double[] others = {2, 2, 2, 2, 2, 2, 2, 2, 2, 80};
    assertThat(PairedErrors.areLess(errors, others, 0)).isFalse();
  }

  @Test
  void theSameErrorsOrNoneAreNotLess() {
    assertThat(PairedErrors.areLess(new double[] {0, 0}, new double[] {0, 0}, 2)).isFalse();
    assertThat(PairedErrors.areLess(new double[] {3, 4}, new double[] {3, 4}, 2)).isFalse();
    assertThat(PairedErrors.areLess(new double[] {0, 0}, new double[] {1, 2}, 2)).isTrue();
    assertThat(PairedErrors.areLess(new double[] {1}, new double[] {2}, 2)).isFalse();
  }

  @Test
  void differentImagesAreAnError() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedErrors.areLess(new double[2], new double[3], 2))
        .withMessage("Expected errors of as many images, found 2 and 3");
  }
}

package io.github.calib8.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.networks.WeightSource.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeWeightsTest {
  private static final List<Long> DIMS = List.of(64L, 32L, 3L, 3L);

  private static float[] kernel(long seed, String name) {
    return WeightSource.he(seed).weights(name, DIMS, Role.KERNEL).toFloats();
  }

  @Test
  void kernelsHaveTheVarianceOfTwoOverTheFanIn() {
    double sum = 0;
    double squares = 0;
    float[] values = kernel(1, "conv1_w");
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double expected = 2.0 / (32 * 9);
    assertThat(sum / values.length).isCloseTo(0, within(0.002));
    assertThat(squares / values.length).isCloseTo(expected, within(0.02 * expected));
  }

  @Test
  void valuesDependOnSeedAndNameAlone() {
    assertThat(kernel(1, "conv1_w")).isEqualTo(kernel(1, "conv1_w"));
    assertThat(kernel(1, "conv1_w")).isNotEqualTo(kernel(2, "conv1_w"));
    assertThat(kernel(1, "conv1_w")).isNotEqualTo(kernel(1, "conv2_w"));
  }

  @Test
  void matricesHaveHalfTheVarianceOfKernelsAndEmbeddingsAreSmall() {
    WeightSource source = WeightSource.he(1);
    assertThat(deviation(source.weights("m", List.of(400L, 64L), Role.MATRIX).toFloats()))
        .isCloseTo(0.05, within(0.001));
    assertThat(deviation(source.weights("e", List.of(1L, 197L, 192L), Role.EMBEDDING).toFloats()))
        .isCloseTo(0.02, within(0.0005));
  }

  private static double deviation(float... values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares / values.length);
  }

  @Test
  void everyMachineDrawsTheseValues() {
    assertThat(kernel(1, "conv1_w")).startsWith(0.12374718f, -0.11295533f, -0.08058642f);
  }

  @Test
  void normalizationStartsAsTheIdentityExceptAtTheEndOfABranch() {
    WeightSource source = WeightSource.he(1);
    List<Long> dims = List.of(2L);
    assertThat(source.weights("s", dims, Role.SCALE).toFloats()).containsExactly(1, 1);
    assertThat(source.weights("v", dims, Role.VARIANCE).toFloats()).containsExactly(1, 1);
    assertThat(source.weights("m", dims, Role.MEAN).toFloats()).containsExactly(0, 0);
    assertThat(source.weights("b", dims, Role.SHIFT).toFloats()).containsExactly(0, 0);
    assertThat(source.weights("e", dims, Role.BRANCH_SCALE).toFloats()).containsExactly(0.2f, 0.2f);
  }
}

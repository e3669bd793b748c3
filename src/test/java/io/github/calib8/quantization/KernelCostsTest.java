package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.calib8.scale.InstructionSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KernelCostsTest {
  @ParameterizedTest
  @CsvSource({
    "AVX512_VNNI, AVX512_VNNI",
    "AVX_VNNI, AVX512_VNNI",
    "ARM_DOT_PRODUCT, AVX512_VNNI",
    "AVX2, AVX2",
    "AVX512, AVX2",
    "OTHER, AVX2"
  })
  void aProcessorHasItsOwnCostsOrTheNearestOnes(InstructionSet processor, InstructionSet measured) {
    assertThat(KernelCosts.of(processor).instructionSet()).isEqualTo(measured);
  }

  /** A name that one file lacks would come to light on that processor alone. */
  @ParameterizedTest
  @EnumSource(InstructionSet.class)
  void allFilesHaveTheSameCosts(InstructionSet processor) {
    KernelCosts costs = KernelCosts.of(processor);
    assertThat(costs.names())
        .isEqualTo(KernelCosts.of(InstructionSet.AVX512_VNNI).names())
        .allSatisfy(name -> assertThat(costs.of(name)).isBetween(0.0, 100.0));
  }

  /** Otherwise two files were mistaken for each other. */
  @Test
  void whereProductsSaturateIntegersSaveLess() {
    assertThat(saved(InstructionSet.AVX512_VNNI)).isGreaterThan(3);
    assertThat(saved(InstructionSet.AVX2)).isBetween(1.2, 3.0);
  }

  private static double saved(InstructionSet processor) {
    KernelCosts costs = KernelCosts.of(processor);
    return costs.of("pointwise.float.multiplyAdd") / costs.of("pointwise.int8.multiplyAdd");
  }

  @Test
  void aCostThatWasNotMeasuredIsNamedWithItsFile() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelCosts.of(InstructionSet.AVX2).of("erf.float"))
        .withMessage("Expected a cost in kernel-costs-avx2.properties, found no erf.float");
  }
}

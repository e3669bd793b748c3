package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class PairedCountsTest {

  @Test
  void differenceIsInPoints() {
    assertThat(new PairedCounts(30, 10, 1000).difference()).isEqualTo(2.0);
    assertThat(new PairedCounts(10, 30, 1000).difference()).isEqualTo(-2.0);
  }

  /** The example of Fagerland et al. (2014), table V: 1 and 7 of 21 pairs differ. */
  @Test
  void intervalIsThatOfThePublishedExample() {
    Interval interval = new PairedCounts(1, 7, 21).interval95();

    assertThat(interval.lower()).isCloseTo(-50.8, within(0.05));
    assertThat(interval.upper()).isCloseTo(-1.3, within(0.05));
  }

  @Test
  void intervalOfManyDiscordantImagesIsThatOfThePairedStandardError() {
    long b = 5000;
    long c = 4000;
    long n = 48750;
    double difference = (double) (b - c) / n;
    double standardError = Math.sqrt(b + c - (double) (b - c) * (b - c) / n) / n;

    Interval interval = new PairedCounts(b, c, n).interval95();

    assertThat(interval.lower())
        .isCloseTo(100 * (difference - 1.96 * standardError), within(0.0005));
    assertThat(interval.upper())
        .isCloseTo(100 * (difference + 1.96 * standardError), within(0.0005));
  }

  @Test
  void intervalHasAWidthEvenWhereNoImageDiffers() {
    Interval interval = new PairedCounts(0, 0, 6250).interval95();

    assertThat(interval.upper()).isCloseTo(0.0443, within(0.0005));
    assertThat(interval.lower()).isEqualTo(-interval.upper());
  }

  @Test
  void intervalHoldsTheDifferenceAndStaysWithinAHundredPoints() {
    for (long n = 1; n <= 40; n++) {
      for (long b = 0; b <= n; b++) {
        for (long c = 0; b + c <= n; c++) {
          PairedCounts counts = new PairedCounts(b, c, n);
          Interval interval = counts.interval95();
          assertThat(interval.contains(counts.difference())).as("%s", counts).isTrue();
          assertThat(interval.lower()).isGreaterThanOrEqualTo(-100);
          assertThat(interval.upper()).isLessThanOrEqualTo(100);
        }
      }
    }
  }

  @Test
  void intervalOfSwappedModelsIsMirrored() {
    Interval one = new PairedCounts(12, 5, 300).interval95();
    Interval other = new PairedCounts(5, 12, 300).interval95();

    assertThat(other).isEqualTo(new Interval(-one.upper(), -one.lower()));
  }

  @Test
  void pValueIsExact() {
    for (int n = 0; n <= 60; n++) {
      for (int b = 0; b <= n; b++) {
        assertThat(new PairedCounts(b, n - b, 100).mcNemarP())
            .as("%d of %d", b, n)
            .isCloseTo(exactP(b, n - b), within(1e-12));
      }
    }
  }

  /** 2 (1 + 10) / 1024: one against nine. */
  @Test
  void pValuesAreThoseKnown() {
    assertThat(new PairedCounts(1, 9, 50).mcNemarP()).isCloseTo(22.0 / 1024, within(1e-15));
    assertThat(new PairedCounts(9, 1, 50).mcNemarP()).isCloseTo(22.0 / 1024, within(1e-15));
    assertThat(new PairedCounts(3, 10, 50).mcNemarP()).isCloseTo(756.0 / 8192, within(1e-15));
    assertThat(new PairedCounts(1, 7, 21).mcNemarP()).isCloseTo(0.0703125, within(1e-15));
    assertThat(new PairedCounts(0, 0, 50).mcNemarP()).isEqualTo(1);
    assertThat(new PairedCounts(0, 1, 50).mcNemarP()).isEqualTo(1);
    assertThat(new PairedCounts(20, 20, 50).mcNemarP()).isEqualTo(1);
  }

  @Test
  void pValueOfThousandsOfDiscordantImagesDoesNotUnderflowOrOverflow() {
    assertThat(new PairedCounts(10000, 10000, 48750).mcNemarP()).isEqualTo(1);
    assertThat(new PairedCounts(10100, 9900, 48750).mcNemarP())
        .isCloseTo(exactP(10100, 9900), within(1e-10));
    assertThat(new PairedCounts(20000, 10000, 48750).mcNemarP()).isBetween(0.0, 1e-300);
  }

  @Test
  void countsBeyondTheImagesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PairedCounts(6, 5, 10))
        .withMessage("Expected counts of discordant images within 10 images, found 6 and 5");
  }

  /** Twice the lower tail of the binomial distribution, in whole numbers. */
  private static double exactP(int b, int c) {
    int n = b + c;
    BigInteger term = BigInteger.ONE;
    BigInteger tail = BigInteger.ZERO;
    for (int k = 0; k <= Math.min(b, c); k++) {
      tail = tail.add(term);
      term = term.multiply(BigInteger.valueOf(n - k)).divide(BigInteger.valueOf(k + 1));
    }
    BigInteger scale = BigInteger.TEN.pow(18);
    double p = tail.multiply(scale).shiftLeft(1).shiftRight(n).doubleValue() / scale.doubleValue();
    return Math.min(1, p);
  }
}

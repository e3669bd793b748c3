package io.github.calib8.evaluation;

import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * Paired statistics of two classifiers that saw the same images, from the counts of the images on
 * which they differ.
 *
 * <p><b>Interval.</b> The textbook (Wald) interval, delta &plusmn; z sqrt(b + c - (b -
 * c)<sup>2</sup> / n) / n, has no width where no image differs (b = c = 0) and is too narrow where
 * few do - which is the usual case of a good INT8 model. Bonett and Price add one image to each of
 * b and c before they compute the same formula, over n + 2 images. It is closed, never degenerate,
 * among the intervals that Fagerland et al. recommend, and the same as Wald's once b + c is large
 * (2 % wider at b + c = 50).
 *
 * <p><b>Test.</b> The exact McNemar test: given b + c, b is binomial with p = 1/2 under the
 * hypothesis that both are equally accurate; two-sided.
 *
 * <ol>
 *   <li>D. G. Bonett, R. M. Price: <i>Adjusted Wald confidence interval for a difference of
 *       binomial proportions based on paired data.</i> Journal of Educational and Behavioral
 *       Statistics 37 (2012) 479-488.
 *   <li>M. W. Fagerland, S. Lydersen, P. Laake: <i>Recommended tests and confidence intervals for
 *       paired binomial proportions.</i> Statistics in Medicine 33 (2014) 2850-2875.
 *   <li>Q. McNemar: <i>Note on the sampling error of the difference between correlated proportions
 *       or percentages.</i> Psychometrika 12 (1947) 153-157.
 * </ol>
 *
 * @param onlyFirst b: images that only the first classifier got right
 * @param onlySecond c: images that only the second classifier got right
 * @param images n: all images
 */
record PairedCounts(long onlyFirst, long onlySecond, long images) {

  /** The 97.5 % quantile of the standard normal distribution. */
  private static final double Z95 = 1.959963984540054;

  PairedCounts {
    if (onlyFirst < 0 || onlySecond < 0 || images < 1 || onlyFirst + onlySecond > images) {
      throw new IllegalArgumentException(
          "Expected counts of discordant images within "
              + images
              + " images, found "
              + onlyFirst
              + " and "
              + onlySecond);
    }
  }

  /** The difference of the two accuracies, first minus second, in points. */
  double difference() {
    return 100.0 * (onlyFirst - onlySecond) / images;
  }

  /** The 95 % confidence interval of the difference, in points, within [-100, 100]. */
  Interval interval95() {
    double b = onlyFirst + 1.0;
    double c = onlySecond + 1.0;
    double n = images + 2.0;
    double center = (b - c) / n;
    double standardError = Math.sqrt(b + c - (b - c) * (b - c) / n) / n;
    double lower = center - Z95 * standardError;
    double upper = center + Z95 * standardError;
    return new Interval(100 * Math.max(-1, lower), 100 * Math.min(1, upper));
  }

  /**
   * The two-sided p value of the exact McNemar test; 1 where no image differs.
   *
   * <p>The distribution is symmetric, so that both tails are twice the lower one. The two-sided
   * form of {@code BinomialTest} (1.2) finds the upper tail by comparing rounded probabilities, and
   * loses a term of some counts that way: 3 of 13 gives 0.057 instead of 0.092.
   */
  double mcNemarP() {
    int discordant = Math.toIntExact(onlyFirst + onlySecond);
    if (discordant == 0) {
      return 1;
    }
    int fewer = (int) Math.min(onlyFirst, onlySecond);
    double lowerTail =
        BinomialTest.withDefaults()
            .with(AlternativeHypothesis.LESS_THAN)
            .test(discordant, fewer, 0.5)
            .getPValue();
    return Math.min(1, 2 * lowerTail);
  }
}

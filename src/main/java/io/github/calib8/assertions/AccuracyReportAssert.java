package io.github.calib8.assertions;

import static io.github.calib8.report.AccuracyText.nats;
import static io.github.calib8.report.AccuracyText.percent;
import static io.github.calib8.report.AccuracyText.points;
import static io.github.calib8.report.AccuracyText.ratio;

import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Finding;
import io.github.calib8.evaluation.Interval;
import io.github.calib8.report.AccuracyMarkdown;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on an {@link AccuracyReport}.
 *
 * <p><b>Estimate or interval.</b> {@link Loss#pointsOfTop1()} and {@link Loss#pointsOfTop5()} are
 * about the loss on the images that were measured: models, images and engine are fixed in a test,
 * so it passes or fails every time, and its limit means the same over 100 images and over 50,000.
 * That is what a test against regressions needs, and so the default. It says little of other
 * images: over 100 of them one image is a whole point. {@link Loss#pointsOfTop1AtWorst()} is about
 * the upper end of the 95 % confidence interval: a claim on all images of the kind, which fails,
 * too, where there are too few to tell. Over n images, not one of which changes, it is 277/n points
 * (2.8 over 100, 0.03 over 10,000).
 *
 * <p>For one thread.
 */
public final class AccuracyReportAssert
    extends AbstractAssert<AccuracyReportAssert, AccuracyReport> {

  AccuracyReportAssert(@Nullable AccuracyReport actual) {
    super(actual, AccuracyReportAssert.class);
  }

  /**
   * Starts a limit on the loss, FP32 minus INT8. Fails, too, where FP32 itself is no better than
   * chance: nothing can be lost of that. It is one on a gain of top-1 accuracy as well, where
   * chance does not explain that: then the two models are not the same classifier.
   *
   * @param points percentage points, of what the next call says
   * @return what to choose from
   */
  public Loss losesLessThan(double points) {
    isNotNull();
    return new Loss(points);
  }

  /** The figure that {@link #losesLessThan} limits. For one thread. */
  public final class Loss {
    private final double limit;

    private Loss(double limit) {
      this.limit = limit;
    }

    /**
     * Fails unless the loss of top-1 accuracy on the measured images is less than the limit.
     *
     * @return the assertions on the report
     */
    public AccuracyReportAssert pointsOfTop1() {
      return require(actual.top1Loss(), "top-1", points(actual.top1Loss()) + interval());
    }

    /**
     * Fails unless the upper end of the 95 % confidence interval of the loss of top-1 accuracy is
     * less than the limit.
     *
     * @return the assertions on the report
     */
    public AccuracyReportAssert pointsOfTop1AtWorst() {
      Interval interval = actual.top1LossInterval();
      return require(
          interval.upper(),
          "top-1 at worst",
          points(interval.upper())
              + ", estimate "
              + points(actual.top1Loss())
              + interval()
              + needed(interval));
    }

    /** How many images the limit takes, as the interval narrows by the root of their number. */
    private String needed(Interval interval) {
      double room = limit - actual.top1Loss();
      double half = interval.upper() - actual.top1Loss();
      if (room >= half) {
        return "";
      }
      return room <= 0
          ? "; more images would not help, as the estimate itself is no less"
          : "; about %s images would do if the estimate stays"
              .formatted((long) Math.ceil(actual.images() * (half / room) * (half / room)));
    }

    /**
     * Fails unless the loss of top-5 accuracy on the measured images is less than the limit. A
     * report has no interval of it.
     *
     * @return the assertions on the report
     */
    public AccuracyReportAssert pointsOfTop5() {
      return require(actual.top5Loss(), "top-5", points(actual.top5Loss()));
    }

    private AccuracyReportAssert require(double loss, String what, String found) {
      if (actual.finds(Finding.Kind.FP32_NEAR_CHANCE)) {
        fail(
            "a loss of less than %s points of %s, by an FP32 model better than chance"
                .formatted(limit, what),
            "FP32 at " + percent(actual.fp32().top1()) + " % of top-1");
      }
      // A gain that large and significant is no good news: rounding improves no classifier.
      if (actual.top1LossInterval().upper() < -limit) {
        fail(
            "a difference of less than %s points of %s".formatted(limit, what),
            "a gain, " + found + ", at an agreement of " + percent(actual.agreement()) + " %");
      }
      if (!(loss < limit)) {
        fail("a loss of less than %s points of %s".formatted(limit, what), found);
      }
      return AccuracyReportAssert.this;
    }

    private String interval() {
      Interval interval = actual.top1LossInterval();
      return " [%s, %s]".formatted(points(interval.lower()), points(interval.upper()));
    }
  }

  /**
   * Starts assertions on the FP32 model itself: INT8 follows it into any nonsense.
   *
   * @return what to choose from
   */
  public Fp32 fp32() {
    isNotNull();
    return new Fp32();
  }

  /** The FP32 model's figures. For one thread. */
  public final class Fp32 {
    private Fp32() {}

    /**
     * Fails unless FP32 itself is as good as it should be: a guard against a wrong preprocessing or
     * labels in another order.
     *
     * @param percent the least top-1 accuracy, in percent
     * @return the assertions on the report
     */
    public AccuracyReportAssert isAtLeast(double percent) {
      if (!(actual.fp32().top1() >= percent)) {
        fail(
            "FP32 itself at %s %% of top-1 or more".formatted(percent),
            percent(actual.fp32().top1()) + " %");
      }
      return AccuracyReportAssert.this;
    }
  }

  /**
   * Fails unless the outputs of the two models are close: a figure that tells before a class
   * changes.
   *
   * @param nats the mean divergence KL(FP32 || INT8) of the softmax outputs must be below this
   * @return this
   */
  public AccuracyReportAssert divergesLessThan(double nats) {
    isNotNull();
    if (!(actual.meanKl() < nats)) {
      fail("a mean divergence of less than %s nats".formatted(nats), nats(actual.meanKl()));
    }
    return this;
  }

  /**
   * Fails unless both models rank the same class first, right or wrong, for enough of the images.
   *
   * @param percent the least share of the images, in percent
   * @return this
   */
  public AccuracyReportAssert agreesOnAtLeast(double percent) {
    isNotNull();
    if (!(actual.agreement() >= percent)) {
      fail(
          "agreement on at least %s %% of the images".formatted(percent),
          percent(actual.agreement()) + " %");
    }
    return this;
  }

  /**
   * Fails unless enough images were measured: a guard against a data set that shrinks unnoticed.
   *
   * @param images the least number, without those that could not be read
   * @return this
   */
  public AccuracyReportAssert isOverAtLeast(long images) {
    isNotNull();
    if (actual.images() < images) {
      fail("at least %s images".formatted(images), Long.toString(actual.images()));
    }
    return this;
  }

  /**
   * Fails unless INT8 ran at least so many times as fast, in the run that measured accuracy. A test
   * of speed belongs on a machine that does nothing else; see {@link BenchmarkReportAssert}.
   *
   * @param factor INT8's images a second by FP32's
   * @return this
   */
  public AccuracyReportAssert isFasterBy(double factor) {
    isNotNull();
    if (!(actual.speedup() >= factor)) {
      fail("INT8 %s times as fast or more".formatted(factor), ratio(actual.speedup()));
    }
    return this;
  }

  private void fail(String expected, String found) {
    failWithMessage(
        "%s",
        "%nExpected of %s: %s%nfound: %s (FP32 - INT8 in points [95 %%], %s images)%n%n%s"
            .formatted(
                actual.name(),
                expected,
                found,
                actual.images(),
                AccuracyMarkdown.toMarkdown(actual)));
  }
}

package io.github.calib8.evaluation;

import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.TensorCalibration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * Something that speaks against using an INT8 model. A value; immutable and thread-safe.
 *
 * @param kind what was found
 * @param tensors the tensors to look at first, the lowest signal-to-noise ratio first; empty if the
 *     INT8 model does not say
 * @param found the figure, in the unit of its kind
 * @param limit what the figure should have kept to
 */
public record Finding(Kind kind, List<TensorCalibration> tensors, double found, double limit) {
  /** The agreement, in percent, below which INT8 is another classifier for many images. */
  private static final double LEAST_AGREEMENT = 98;

  /** How many times the least divergence of the methods compared is no matter of chance. */
  private static final double HIGHEST_DIVERGENCE = 1.15;

  /**
   * A divergence is compared from here on, in nats: below, methods differ by chance and by nothing
   * that an image's class shows.
   */
  private static final double COMPARED_FROM = 1e-4;

  /**
   * With so many classes or more, a few times as many right guesses as chance has are still few.
   */
  private static final int MANY_CLASSES = 10;

  private static final double LUCK = 3;

  /** The probability from which on chance is an explanation. */
  private static final double LEAST_P = 0.01;

  /** Kinds of findings, the most serious first. */
  public enum Kind {
    /**
     * FP32 itself is hardly better than guessing: chance explains its top-1 accuracy, in percent,
     * if one of {@code classes} guesses is right, or from 10 classes on three of them are. Whatever
     * INT8 loses means nothing then: preprocessing, labels or the order of the classes are wrong.
     */
    FP32_NEAR_CHANCE,
    /**
     * FP32's scores of the same images vary by more than rounding, in percent of the range of an
     * image's scores: the model is random or mixes the images of a batch, and all figures are of
     * chance.
     */
    VARYING_SCORES,
    /**
     * So many images that measure have, byte for byte, calibrated under another name: they flatter
     * INT8.
     */
    CALIBRATED_IMAGES,
    /**
     * No convolution or matrix product of the INT8 model ran in integers, of so many as the limit
     * says: it rounds like INT8, and computes in floating point.
     */
    NOTHING_IN_INTEGERS,
    /**
     * The loss of top-1 accuracy is larger than chance explains: the lower end of its 95 %
     * confidence interval, in points, is above 0.
     */
    SIGNIFICANT_LOSS,
    /**
     * The gain of top-1 accuracy is larger than chance explains: the upper end of the interval of
     * the loss, in points, is below 0. Rounding improves no classifier: the FP32 model, its
     * preprocessing or the labels are not what they seem.
     */
    SIGNIFICANT_GAIN,
    /** FP32 and INT8 rank the same class first for less than 98 % of the images. */
    LOW_AGREEMENT,
    /**
     * Tensors are {@linkplain QuantizationError#isSuspect() likely to hurt}: the figure is the
     * largest of their squared errors by the least possible.
     */
    SUSPECT_TENSORS,
    /** The mean divergence is more than 1.15 times that of the best of the models compared. */
    HIGHER_DIVERGENCE
  }

  /** Copies the list. */
  public Finding {
    tensors = List.copyOf(tensors);
  }

  /** Of a report alone. */
  static List<Finding> of(AccuracyReport report) {
    List<TensorCalibration> tensors = report.noisiest();
    List<Finding> findings = new ArrayList<>();
    double chance = chance(report.classes());
    if (isExplainedBy(chance, report.fp32())) {
      findings.add(
          new Finding(Kind.FP32_NEAR_CHANCE, List.of(), report.fp32().top1(), 100 * chance));
    }
    if (report.variation() > 0) {
      findings.add(
          new Finding(
              Kind.VARYING_SCORES, List.of(), report.variation(), 100 * ScoreStability.TOLERANCE));
    }
    if (!report.calibratedImages().isEmpty()) {
      findings.add(
          new Finding(Kind.CALIBRATED_IMAGES, List.of(), report.calibratedImages().size(), 0));
    }
    report
        .int8()
        .products()
        .filter(IntegerProducts::areAllFloat)
        .ifPresent(
            products ->
                findings.add(
                    new Finding(Kind.NOTHING_IN_INTEGERS, List.of(), 0, products.count())));
    Interval loss = report.top1LossInterval();
    if (loss.lower() > 0) {
      findings.add(new Finding(Kind.SIGNIFICANT_LOSS, tensors, loss.lower(), 0));
    }
    if (loss.upper() < 0) {
      findings.add(new Finding(Kind.SIGNIFICANT_GAIN, tensors, loss.upper(), 0));
    }
    if (report.agreement() < LEAST_AGREEMENT) {
      findings.add(new Finding(Kind.LOW_AGREEMENT, tensors, report.agreement(), LEAST_AGREEMENT));
    }
    List<TensorCalibration> suspects =
        tensors.stream().filter(TensorCalibration::isSuspect).toList();
    if (!suspects.isEmpty()) {
      double excess =
          suspects.stream()
              .mapToDouble(suspect -> suspect.error().orElseThrow().excess())
              .max()
              .orElseThrow();
      findings.add(
          new Finding(Kind.SUSPECT_TENSORS, suspects, excess, QuantizationError.SUSPECT_EXCESS));
    }
    return List.copyOf(findings);
  }

  /** The share of right guesses that a classifier has to exceed; 0 if that is not known. */
  private static double chance(int classes) {
    return classes < 2 ? 0 : (classes < MANY_CLASSES ? 1 : LUCK) / classes;
  }

  private static boolean isExplainedBy(double chance, Accuracy accuracy) {
    return BinomialTest.withDefaults()
            .with(AlternativeHypothesis.GREATER_THAN)
            .test(
                Math.toIntExact(accuracy.images()), Math.toIntExact(accuracy.top1Correct()), chance)
            .getPValue()
        > LEAST_P;
  }

  /** Of reports, those that share one measurement of FP32 compared with each other. */
  static List<List<Finding>> among(List<AccuracyReport> reports) {
    Map<Accuracy, Double> least = new HashMap<>();
    reports.forEach(report -> least.merge(report.fp32(), report.meanKl(), Math::min));
    List<List<Finding>> all = new ArrayList<>();
    for (AccuracyReport report : reports) {
      List<Finding> findings = new ArrayList<>(of(report));
      double limit =
          HIGHEST_DIVERGENCE * Math.max(least.getOrDefault(report.fp32(), 0.0), COMPARED_FROM);
      if (report.meanKl() > limit) {
        findings.add(
            new Finding(Kind.HIGHER_DIVERGENCE, report.noisiest(), report.meanKl(), limit));
      }
      all.add(List.copyOf(findings));
    }
    return all;
  }
}

package io.github.calib8.evaluation;

import io.github.calib8.engine.Environment;
import io.github.calib8.scale.TensorCalibration;
import java.util.List;
import java.util.Optional;

/**
 * The accuracy of an FP32 model and of its INT8 form over the same images.
 *
 * <p>Differences are FP32 minus INT8: a positive one is a loss. Counts are the data; percentages,
 * points and statistics are derived from them. Immutable, and so safe for use by several threads.
 *
 * @param name the network's name
 * @param fp32 the FP32 model's figures
 * @param int8 the INT8 model's figures, over as many images
 * @param onlyFp32 images that FP32 alone ranks right (top-1)
 * @param onlyInt8 images that INT8 alone ranks right (top-1)
 * @param agreeing images for which both rank the same class first
 * @param meanKl mean divergence KL(FP32 || INT8) of the two softmax outputs, in nats, at least 0
 * @param skipped names of the images that could not be read and were left out, in order
 * @param environment what this was measured on
 * @param scales where the INT8 model's scales come from, a calibration method or a file; empty if
 *     the model does not say
 * @param changed the images for which the two rank different classes first, in order; at most the
 *     first {@value #MAX_CHANGED}
 * @param notes what else to know before these figures are believed, a sentence each without a full
 *     stop; most often none
 * @param noisiest the quantized tensors that lose most by it, the lowest signal-to-noise ratio
 *     first: those that are {@linkplain TensorCalibration#isSuspect() suspect}, or a few if none
 *     is; empty if the INT8 model does not say
 * @param classes how many classes the models tell apart; 0 if that is not known
 */
public record AccuracyReport(
    String name,
    Accuracy fp32,
    Accuracy int8,
    long onlyFp32,
    long onlyInt8,
    long agreeing,
    double meanKl,
    List<String> skipped,
    Environment environment,
    Optional<String> scales,
    List<ChangedImage> changed,
    List<String> notes,
    List<TensorCalibration> noisiest,
    int classes) {

  /** How many changed images a report holds at most, so that its size has a bound. */
  public static final int MAX_CHANGED = 100;

  /**
   * Checks that the figures fit together.
   *
   * @throws IllegalArgumentException if they cannot come from one set of images
   */
  public AccuracyReport {
    skipped = List.copyOf(skipped);
    changed = List.copyOf(changed);
    notes = List.copyOf(notes);
    noisiest = List.copyOf(noisiest);
    if (fp32.images() != int8.images()) {
      throw new IllegalArgumentException(
          "Expected FP32 and INT8 over the same images, found "
              + fp32.images()
              + " and "
              + int8.images());
    }
    if (onlyFp32 < 0
        || onlyInt8 < 0
        || onlyFp32 - onlyInt8 != fp32.top1Correct() - int8.top1Correct()
        || onlyFp32 > fp32.top1Correct()) {
      throw new IllegalArgumentException(
          "Expected discordant counts that differ like the top-1 counts "
              + fp32.top1Correct()
              + " and "
              + int8.top1Correct()
              + ", found "
              + onlyFp32
              + " and "
              + onlyInt8);
    }
    if (agreeing < 0 || agreeing > fp32.images() - onlyFp32 - onlyInt8) {
      throw new IllegalArgumentException(
          "Expected agreement on 0 to "
              + (fp32.images() - onlyFp32 - onlyInt8)
              + " images, found "
              + agreeing);
    }
    if (!(meanKl >= 0)) {
      throw new IllegalArgumentException(
          "Expected a mean divergence of 0 or more, found " + meanKl);
    }
    long changes = fp32.images() - agreeing;
    if (changed.size() > Math.min(changes, MAX_CHANGED)) {
      throw new IllegalArgumentException(
          "Expected at most %s of %s images whose class changed, found %s"
              .formatted(MAX_CHANGED, changes, changed.size()));
    }
  }

  /**
   * Creates a report that tells neither which images changed nor which tensors are noisy, and has
   * no notes.
   *
   * @param name the network's name
   * @param fp32 the FP32 model's figures
   * @param int8 the INT8 model's figures, over as many images
   * @param onlyFp32 images that FP32 alone ranks right (top-1)
   * @param onlyInt8 images that INT8 alone ranks right (top-1)
   * @param agreeing images for which both rank the same class first
   * @param meanKl mean divergence KL(FP32 || INT8) of the two softmax outputs, in nats, at least 0
   * @param skipped names of the images that could not be read and were left out, in order
   * @param environment what this was measured on
   * @param scales where the INT8 model's scales come from; empty if the model does not say
   * @throws IllegalArgumentException if the figures cannot come from one set of images
   */
  public AccuracyReport(
      String name,
      Accuracy fp32,
      Accuracy int8,
      long onlyFp32,
      long onlyInt8,
      long agreeing,
      double meanKl,
      List<String> skipped,
      Environment environment,
      Optional<String> scales) {
    this(
        name,
        fp32,
        int8,
        onlyFp32,
        onlyInt8,
        agreeing,
        meanKl,
        skipped,
        environment,
        scales,
        List.of(),
        List.of(),
        List.of(),
        0);
  }

  /**
   * The number of images measured, without the skipped ones.
   *
   * @return the number of images, at least 1
   */
  public long images() {
    return fp32.images();
  }

  /**
   * The loss of top-1 accuracy, FP32 minus INT8.
   *
   * @return the difference in percentage points; negative where INT8 is better
   */
  public double top1Loss() {
    return top1().difference();
  }

  /**
   * The loss of top-5 accuracy, FP32 minus INT8.
   *
   * @return the difference in percentage points; negative where INT8 is better
   */
  public double top5Loss() {
    return 100.0 * (fp32.top5Correct() - int8.top5Correct()) / images();
  }

  /**
   * The 95 % confidence interval of the top-1 loss, for paired proportions: the interval of Bonett
   * and Price (2012), which is that of the paired standard error sqrt(b + c - (b - c)<sup>2</sup> /
   * n) / n with one image added to each of b and c. It has a width even where no image differs, and
   * is practically the unadjusted one where many do.
   *
   * @return the interval in percentage points
   * @see <a href="https://doi.org/10.3102/1076998611411915">Bonett and Price, Adjusted Wald
   *     confidence interval for a difference of binomial proportions based on paired data</a>
   */
  public Interval top1LossInterval() {
    return top1().interval95();
  }

  /**
   * The p value of the exact two-sided McNemar test of equal top-1 accuracy.
   *
   * @return the probability, under equal accuracy, of discordant counts at least as unequal; 1
   *     where no image differs
   */
  public double mcNemarP() {
    return top1().mcNemarP();
  }

  /**
   * The share of the images for which both models rank the same class first, right or wrong.
   *
   * @return the share in percent
   */
  public double agreement() {
    return 100.0 * agreeing / images();
  }

  /**
   * How many times faster INT8 is.
   *
   * @return the ratio of the images a second, INT8 over FP32; less than 1 where INT8 is slower
   */
  public double speedup() {
    return int8.imagesPerSecond() / fp32.imagesPerSecond();
  }

  /**
   * What speaks against using the INT8 model, by this report alone. An INT8 model without findings
   * is not proven to be harmless: few images find little.
   *
   * @return the findings, the most serious first; empty if there is none
   * @see #findings(List)
   */
  public List<Finding> findings() {
    return Finding.of(this);
  }

  /**
   * Whether something of a kind is among the {@link #findings()}.
   *
   * @param kind a kind of finding, other than one that compares reports
   * @return true if so
   */
  public boolean finds(Finding.Kind kind) {
    return findings().stream().anyMatch(finding -> finding.kind() == kind);
  }

  /**
   * What speaks against using the INT8 model of each report, those of the same FP32 model and
   * images compared with each other as well.
   *
   * @param reports the reports of one evaluation
   * @return for each report its findings, the most serious first; in the order of the reports
   */
  public static List<List<Finding>> findings(List<AccuracyReport> reports) {
    return Finding.among(reports);
  }

  private PairedCounts top1() {
    return new PairedCounts(onlyFp32, onlyInt8, images());
  }
}

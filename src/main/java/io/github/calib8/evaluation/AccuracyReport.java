package io.github.calib8.evaluation;

import io.github.calib8.engine.Environment;
import io.github.calib8.scale.TensorCalibration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The accuracy of an FP32 model and of its INT8 form over the same images.
 *
 * <p>Differences are FP32 minus INT8: a positive one is a loss. Counts are the data; percentages,
 * points and statistics are derived from them. Immutable, and so safe for use by several threads.
 */
public final class AccuracyReport {
  /** How many changed images a report holds at most, so that its size has a bound. */
  public static final int MAX_CHANGED = 100;

  /** All of it, so that equality and text are those of a record. */
  private record Values(
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
      int classes,
      Optional<Interval> speedupInterval,
      double variation,
      List<CalibratedImage> calibratedImages,
      List<String> calibrationSkipped,
      Optional<MeasuredModels> models) {
    Values {
      calibratedImages = List.copyOf(calibratedImages);
      calibrationSkipped = List.copyOf(calibrationSkipped);
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
  }

  private final Values values;

  private AccuracyReport(Values values) {
    this.values = values;
  }

  /**
   * Begins a new one.
   *
   * @param name the network's name
   * @param fp32 the FP32 model's figures
   * @param int8 the INT8 model's figures, over as many images
   * @param environment what this was measured on
   * @return a builder
   */
  public static Builder builder(
      String name, Accuracy fp32, Accuracy int8, Environment environment) {
    return new Builder(name, fp32, int8, environment);
  }

  /**
   * Begins another one, the same but for what is set anew.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Returns the network's name. */
  public String name() {
    return values.name;
  }

  /** Returns the FP32 model's figures. */
  public Accuracy fp32() {
    return values.fp32;
  }

  /** Returns the INT8 model's figures, over as many images. */
  public Accuracy int8() {
    return values.int8;
  }

  /** Returns images that FP32 alone ranks right (top-1). */
  public long onlyFp32() {
    return values.onlyFp32;
  }

  /** Returns images that INT8 alone ranks right (top-1). */
  public long onlyInt8() {
    return values.onlyInt8;
  }

  /** Returns images for which both rank the same class first. */
  public long agreeing() {
    return values.agreeing;
  }

  /** Returns mean divergence KL(FP32 || INT8) of the two softmax outputs, in nats, at least 0. */
  public double meanKl() {
    return values.meanKl;
  }

  /** Returns names of the images that could not be read and were left out, in order. */
  public List<String> skipped() {
    return values.skipped;
  }

  /** Returns what this was measured on. */
  public Environment environment() {
    return values.environment;
  }

  /**
   * Returns where the INT8 model's scales come from, a calibration method or a file; empty if the
   * model does not say.
   */
  public Optional<String> scales() {
    return values.scales;
  }

  /**
   * Returns the images for which the two rank different classes first, in order; at most the first
   * {@value #MAX_CHANGED}.
   */
  public List<ChangedImage> changed() {
    return values.changed;
  }

  /**
   * Returns what else to know before these figures are believed, a sentence each without a full
   * stop; most often none.
   */
  public List<String> notes() {
    return values.notes;
  }

  /**
   * Returns the quantized tensors that lose most by it, the lowest signal-to-noise ratio first:
   * those that are {@linkplain TensorCalibration#isSuspect() suspect}, or a few if none is; empty
   * if the INT8 model does not say.
   */
  public List<TensorCalibration> noisiest() {
    return values.noisiest;
  }

  /**
   * Returns the 95 % confidence interval of {@link #speedup()}, by how the ratio of both models'
   * times differs from batch to batch; empty for fewer than three batches. What slows both models
   * alike, all the time, is not in it.
   */
  public Optional<Interval> speedupInterval() {
    return values.speedupInterval;
  }

  /**
   * Returns how much the FP32 model's scores of the same images vary by themselves or by the images
   * beside them, in percent of the range of an image's scores; 0 if not by more than kernels of one
   * arithmetic differ.
   */
  public double variation() {
    return values.variation;
  }

  /**
   * Returns the images measured that have the bytes of an image that calibrated under another name,
   * as far as it is known which ones did.
   */
  public List<CalibratedImage> calibratedImages() {
    return values.calibratedImages;
  }

  /**
   * Returns names of the images that could not be read and did not calibrate, as far as that is
   * known.
   */
  public List<String> calibrationSkipped() {
    return values.calibrationSkipped;
  }

  /** Returns which models these are, and what they were fed with; empty if that is not known. */
  public Optional<MeasuredModels> models() {
    return values.models;
  }

  /** Returns how many classes the models tell apart; 0 if that is not known. */
  public int classes() {
    return values.classes;
  }

  /**
   * The number of images measured, without the skipped ones.
   *
   * @return the number of images, at least 1
   */
  public long images() {
    return values.fp32.images();
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
    return 100.0 * (values.fp32.top5Correct() - values.int8.top5Correct()) / images();
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
    return 100.0 * values.agreeing / images();
  }

  /**
   * How many times faster INT8 is.
   *
   * @return the ratio of the images a second, INT8 over FP32; less than 1 where INT8 is slower
   */
  public double speedup() {
    return values.int8.imagesPerSecond() / values.fp32.imagesPerSecond();
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
    return new PairedCounts(values.onlyFp32, values.onlyInt8, images());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AccuracyReport that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "AccuracyReport" + values.toString().substring("Values".length());
  }

  /** Makes one. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final Accuracy fp32;
    private final Accuracy int8;
    private long onlyFp32;
    private long onlyInt8;
    private long agreeing;
    private double meanKl;
    private List<String> skipped = List.of();
    private final Environment environment;
    private Optional<String> scales = Optional.empty();
    private List<ChangedImage> changed = List.of();
    private List<String> notes = List.of();
    private List<TensorCalibration> noisiest = List.of();
    private int classes;
    private Optional<Interval> speedupInterval = Optional.empty();
    private double variation;
    private List<CalibratedImage> calibratedImages = List.of();
    private List<String> calibrationSkipped = List.of();
    private Optional<MeasuredModels> models = Optional.empty();

    private Builder(String name, Accuracy fp32, Accuracy int8, Environment environment) {
      this.name = name;
      this.fp32 = fp32;
      this.int8 = int8;
      this.environment = environment;
    }

    private Builder(Values values) {
      this.name = values.name;
      this.fp32 = values.fp32;
      this.int8 = values.int8;
      this.onlyFp32 = values.onlyFp32;
      this.onlyInt8 = values.onlyInt8;
      this.agreeing = values.agreeing;
      this.meanKl = values.meanKl;
      this.skipped = values.skipped;
      this.environment = values.environment;
      this.scales = values.scales;
      this.changed = values.changed;
      this.notes = values.notes;
      this.noisiest = values.noisiest;
      this.classes = values.classes;
      this.speedupInterval = values.speedupInterval;
      this.variation = values.variation;
      this.calibratedImages = values.calibratedImages;
      this.calibrationSkipped = values.calibrationSkipped;
      this.models = values.models;
    }

    /**
     * Sets how many images one model alone ranks right; default: 0.
     *
     * @param onlyFp32 see {@link AccuracyReport#onlyFp32()}
     * @param onlyInt8 see {@link AccuracyReport#onlyInt8()}
     * @return this builder
     */
    public Builder withDiscordant(long onlyFp32, long onlyInt8) {
      this.onlyFp32 = onlyFp32;
      this.onlyInt8 = onlyInt8;
      return this;
    }

    /**
     * Sets on how many images both agree; default: 0.
     *
     * @param agreeing see {@link AccuracyReport#agreeing()}
     * @return this builder
     */
    public Builder withAgreeing(long agreeing) {
      this.agreeing = agreeing;
      return this;
    }

    /**
     * Sets the mean divergence; default: 0.
     *
     * @param meanKl see {@link AccuracyReport#meanKl()}
     * @return this builder
     */
    public Builder withMeanKl(double meanKl) {
      this.meanKl = meanKl;
      return this;
    }

    /**
     * Sets the images that were left out; default: none.
     *
     * @param skipped see {@link AccuracyReport#skipped()}
     * @return this builder
     */
    public Builder withSkipped(List<String> skipped) {
      this.skipped = skipped;
      return this;
    }

    /**
     * Sets where the scales come from; default: empty.
     *
     * @param scales see {@link AccuracyReport#scales()}
     * @return this builder
     */
    public Builder withScales(Optional<String> scales) {
      this.scales = scales;
      return this;
    }

    /**
     * Sets the images whose class changed; default: none.
     *
     * @param changed see {@link AccuracyReport#changed()}
     * @return this builder
     */
    public Builder withChanged(List<ChangedImage> changed) {
      this.changed = changed;
      return this;
    }

    /**
     * Sets the notes; default: none.
     *
     * @param notes see {@link AccuracyReport#notes()}
     * @return this builder
     */
    public Builder withNotes(List<String> notes) {
      this.notes = notes;
      return this;
    }

    /**
     * Sets the tensors that lose most; default: none.
     *
     * @param noisiest see {@link AccuracyReport#noisiest()}
     * @return this builder
     */
    public Builder withNoisiest(List<TensorCalibration> noisiest) {
      this.noisiest = noisiest;
      return this;
    }

    /**
     * Sets the number of classes; default: 0.
     *
     * @param classes see {@link AccuracyReport#classes()}
     * @return this builder
     */
    public Builder withClasses(int classes) {
      this.classes = classes;
      return this;
    }

    /**
     * Sets the spread of the speed-up; default: empty.
     *
     * @param speedupInterval see {@link AccuracyReport#speedupInterval()}
     * @return this builder
     */
    public Builder withSpeedupInterval(Optional<Interval> speedupInterval) {
      this.speedupInterval = speedupInterval;
      return this;
    }

    /**
     * Sets how much FP32's scores vary; default: 0.
     *
     * @param variation see {@link AccuracyReport#variation()}
     * @return this builder
     */
    public Builder withVariation(double variation) {
      this.variation = variation;
      return this;
    }

    /**
     * Sets the images that calibrated under another name; default: none.
     *
     * @param calibratedImages see {@link AccuracyReport#calibratedImages()}
     * @return this builder
     */
    public Builder withCalibratedImages(List<CalibratedImage> calibratedImages) {
      this.calibratedImages = calibratedImages;
      return this;
    }

    /**
     * Sets the images that did not calibrate; default: none.
     *
     * @param calibrationSkipped see {@link AccuracyReport#calibrationSkipped()}
     * @return this builder
     */
    public Builder withCalibrationSkipped(List<String> calibrationSkipped) {
      this.calibrationSkipped = calibrationSkipped;
      return this;
    }

    /**
     * Sets which models these are; default: not known.
     *
     * @param models see {@link AccuracyReport#models()}
     * @return this builder
     */
    public Builder withModels(Optional<MeasuredModels> models) {
      this.models = models;
      return this;
    }

    /**
     * Makes it.
     *
     * @return the value
     * @throws IllegalArgumentException if they cannot come from one set of images
     */
    public AccuracyReport build() {
      return new AccuracyReport(
          new Values(
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
              changed,
              notes,
              noisiest,
              classes,
              speedupInterval,
              variation,
              calibratedImages,
              calibrationSkipped,
              models));
    }
  }
}

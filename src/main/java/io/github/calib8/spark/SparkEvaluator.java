package io.github.calib8.spark;

import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.CalibrationImages;
import io.github.calib8.evaluation.EvaluationStatistics;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.evaluation.OpenEvaluator;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizedModels;
import io.github.calib8.work.ProgressListener;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Measures on a Spark cluster what quantization costs: the figures that {@link Evaluator} finds of
 * the same images with one thread on one machine of the executors' processor, but for the
 * throughput, which is that of a thread of an executor.
 *
 * <p>Each image is decoded once for all pairs. Immutable and thread-safe.
 */
public final class SparkEvaluator {
  private final SparkSession session;
  private final Options options;
  private final MergePolicy policy;
  private final ProgressListener listener;

  private SparkEvaluator(
      SparkSession session, Options options, MergePolicy policy, ProgressListener listener) {
    this.session = session;
    this.options = options;
    this.policy = policy;
    this.listener = listener;
  }

  /** What executors must know. */
  private record Options(
      @Nullable String output,
      double threshold,
      UnreadableImages unreadable,
      CalibrationImages calibrationImages,
      QuantizedModels quantizedModels)
      implements Serializable {

    Evaluator evaluator() {
      Evaluator.Builder evaluator =
          Evaluator.builder()
              .withThreads(1)
              .withThreshold(threshold)
              .withUnreadableImages(unreadable)
              .withCalibrationImages(calibrationImages)
              .withQuantizedModels(quantizedModels);
      return (output == null ? evaluator : evaluator.withOutput(output)).build();
    }
  }

  /**
   * Starts to describe an evaluator.
   *
   * @param session a session of the cluster
   * @return a builder with the defaults of its methods
   */
  public static Builder builder(SparkSession session) {
    return new Builder(session);
  }

  /**
   * Compares an FP32 model with its INT8 form. The report bears the FP32 model's name.
   *
   * @param fp32 the model before quantization
   * @param int8 the model after quantization, with the same shapes
   * @param images the images to measure on, at least one
   * @return the report
   * @throws IllegalArgumentException as {@link #collect}
   */
  public AccuracyReport compare(OnnxModel fp32, OnnxModel int8, SparkImages images) {
    return compareAll(List.of(new ModelPair(fp32.name(), fp32, int8)), images).get(0);
  }

  /**
   * Compares several pairs on the same images, each of which is decoded once for all.
   *
   * @param pairs the pairs, whose models take input of one shape
   * @param images the images to measure on, at least one
   * @return a report a pair, in order
   * @throws IllegalArgumentException as {@link #collect}
   */
  public List<AccuracyReport> compareAll(List<ModelPair> pairs, SparkImages images) {
    return collect(pairs, images).reports();
  }

  /**
   * Compares several pairs without making reports. The driver opens the INT8 models once, to see
   * whether they can be compared.
   *
   * @param pairs the pairs, whose models take input of one shape
   * @param images the images to measure on, at least one
   * @return what was counted, in the order of the images
   * @throws IllegalArgumentException if the shapes of a pair differ, there is no pair or no image,
   *     an INT8 model was calibrated on one of the images and they are not allowed, or executors
   *     have different processors or numbers of cores: names both
   * @throws io.github.calib8.evaluation.EvaluationException if a label is no class of a model, or a
   *     score is not finite
   * @throws io.github.calib8.dataset.DatasetException if an image is unreadable and that is an
   *     error
   * @throws IllegalStateException if Spark gives up, or loses images
   * @throws java.util.concurrent.CancellationException if the thread is interrupted; the job is
   *     canceled
   */
  public EvaluationStatistics collect(List<ModelPair> pairs, SparkImages images) {
    Map<String, EvaluationStatistics> groups = collectGroups(pairs, images);
    if (groups.size() > 1) {
      throw new IllegalArgumentException(
          "Expected executors of one processor, found %s: collectGroups has the figures of each"
              .formatted(String.join("; ", groups.keySet())));
    }
    return groups.values().iterator().next();
  }

  /**
   * Compares several pairs without making reports, apart for each processor, and number of cores,
   * of the executors where {@link MergePolicy#GROUP} allows several: each group has the images that
   * its executors happened to get.
   *
   * @param pairs the pairs, whose models take input of one shape
   * @param images the images to measure on, at least one
   * @return what was counted, in the order of the images, by the environment; under one name,
   *     whatever it is, unless several are allowed
   * @throws IllegalArgumentException as {@link #collect}
   */
  public Map<String, EvaluationStatistics> collectGroups(
      List<ModelPair> pairs, SparkImages images) {
    if (pairs.isEmpty() || images.imageCount() == 0) {
      throw new IllegalArgumentException(
          "Expected at least one pair of models and one image, found %s and %s"
              .formatted(pairs.size(), images.imageCount()));
    }
    for (ModelPair pair : pairs) {
      options.evaluator().requireComparable(pair, images.planned());
    }
    Evaluator.warnings(pairs, images.planned()).forEach(listener::warning);
    String names = pairs.stream().map(ModelPair::name).collect(Collectors.joining(", "));
    ClusterRun<EvaluationStatistics> run =
        new ClusterRun<>(
            session,
            images,
            String.format(Locale.ROOT, "evaluate %s: %,d images", names, images.imageCount()),
            "evaluation",
            listener,
            policy,
            new Figures());
    Broadcast<byte[]> sent = run.context().broadcast(SentModels.toBytes(pairs));
    String key =
        options
            + pairs.stream()
                .map(
                    pair ->
                        " %s: %s, %s"
                            .formatted(
                                pair.name(),
                                SentModels.key(pair.fp32()),
                                SentModels.key(pair.int8())))
                .collect(Collectors.joining());
    try {
      Map<String, EvaluationStatistics> groups = new TreeMap<>();
      run.collect(new Evaluation(key, options, sent))
          .forEach((group, found) -> groups.put(group, found.get(0)));
      List<List<String>> returned =
          groups.values().stream().map(EvaluationStatistics::images).toList();
      ReturnedImages.requireNone(ReturnedImages.missing(images.names(), returned));
      returned.forEach(group -> ReturnedImages.requireOrder(images.names(), group));
      return groups;
    } finally {
      sent.destroy();
    }
  }

  /** What is done on an executor. */
  private record Evaluation(String key, Options options, Broadcast<byte[]> sent)
      implements ClusterRun.Gathering<EvaluationStatistics> {
    @Override
    public List<EvaluationStatistics> gather(ImageBatches batches) {
      return OpenModels.use(
          key,
          OpenEvaluator.class,
          () -> options.evaluator().open(SentModels.fromBytes(sent.value())),
          OpenEvaluator::close,
          open -> List.of(open.collect(batches)));
    }

    /** The environment that reports state, with the number of cores. */
    @Override
    public String processor() {
      return Environment.current(1).describe();
    }
  }

  /** What executors gather. */
  static final class Figures implements PartResult.Kind<EvaluationStatistics> {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] toBytes(EvaluationStatistics statistics) {
      return statistics.toBytes();
    }

    @Override
    public EvaluationStatistics fromBytes(byte[] bytes) {
      return EvaluationStatistics.fromBytes(bytes);
    }

    @Override
    public EvaluationStatistics merge(EvaluationStatistics first, EvaluationStatistics second) {
      return first.merge(second);
    }
  }

  /** The options of a {@link SparkEvaluator}. Not safe for use by several threads. */
  public static final class Builder {
    private final SparkSession session;
    private @Nullable String output;
    private double threshold = 0.5;
    private UnreadableImages unreadable = UnreadableImages.FAIL;
    private CalibrationImages calibrationImages = CalibrationImages.REFUSE;
    private QuantizedModels quantizedModels = QuantizedModels.REFUSE;
    private MergePolicy policy = MergePolicy.REFUSE;
    private ProgressListener listener = progress -> {};

    private Builder(SparkSession session) {
      this.session = Objects.requireNonNull(session, "session");
    }

    /**
     * Chooses the output that is the class scores, of models that have several.
     *
     * @param output the output's name; the only output by default
     * @return this builder
     */
    public Builder withOutput(String output) {
      this.output = Objects.requireNonNull(output, "output");
      return this;
    }

    /**
     * Sets what decides between the two classes of a model that makes one score an image.
     *
     * @param threshold the probability above which an image is of class 1, between 0 and 1; 0.5 by
     *     default
     * @return this builder
     */
    public Builder withThreshold(double threshold) {
      this.threshold = threshold;
      return this;
    }

    /**
     * Sets what becomes of images that cannot be read.
     *
     * @param unreadable an error by default
     * @return this builder
     */
    public Builder withUnreadableImages(UnreadableImages unreadable) {
      this.unreadable = Objects.requireNonNull(unreadable, "unreadable");
      return this;
    }

    /**
     * Sets what becomes of images that an INT8 model was calibrated on, known by their names.
     *
     * @param calibrationImages refused by default
     * @return this builder
     */
    public Builder withCalibrationImages(CalibrationImages calibrationImages) {
      this.calibrationImages = Objects.requireNonNull(calibrationImages, "calibrationImages");
      return this;
    }

    /**
     * Sets what becomes of an FP32 model that is quantized already.
     *
     * @param quantizedModels an error by default
     * @return this builder
     */
    public Builder withQuantizedModels(QuantizedModels quantizedModels) {
      this.quantizedModels = Objects.requireNonNull(quantizedModels, "quantizedModels");
      return this;
    }

    /**
     * Sets what becomes of executors that have different processors.
     *
     * @param policy an error by default
     * @return this builder
     */
    public Builder withMergePolicy(MergePolicy policy) {
      this.policy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets who hears how far all executors together have come.
     *
     * @param progress called on the thread that collects, at the start and when a part is done;
     *     nobody by default
     * @return this builder
     */
    public Builder withProgress(ProgressListener progress) {
      this.listener = Objects.requireNonNull(progress, "progress");
      return this;
    }

    /**
     * Makes the evaluator.
     *
     * @return an evaluator of these options
     */
    public SparkEvaluator build() {
      return new SparkEvaluator(
          session,
          new Options(output, threshold, unreadable, calibrationImages, quantizedModels),
          policy,
          listener);
    }
  }
}

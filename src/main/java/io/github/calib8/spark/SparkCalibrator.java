package io.github.calib8.spark;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.calibration.OpenCalibrators;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.histogram.Statistic;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizedModels;
import io.github.calib8.quantization.Target;
import io.github.calib8.work.ProgressListener;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * Gathers calibration statistics on a Spark cluster: the bytes that {@link Calibrator} gathers of
 * the same images on one machine of the executors' processor, for any number of executors, cores
 * and parts, and whatever of them is lost or run twice.
 *
 * <p>Each task runs the model on one thread, and keeps it open for the next task. Statistics come
 * back as results of tasks, merged as a tree.
 *
 * <p>Immutable and thread-safe.
 */
public final class SparkCalibrator {
  private final SparkSession session;
  private final List<OnnxModel> models;
  private final Options options;
  private final MergePolicy policy;
  private final ProgressListener listener;

  private SparkCalibrator(Builder builder) {
    this.session = builder.session;
    this.models = builder.models;
    this.options =
        new Options(
            builder.target.id(), builder.gathered, builder.unreadable, builder.quantizedModels);
    this.policy = builder.policy;
    this.listener = builder.listener;
    models.forEach(options::calibrator); // What is wrong with a model shows here.
  }

  /** What executors must know. */
  private record Options(
      String target,
      EnumSet<Statistic> gathered,
      UnreadableImages unreadable,
      QuantizedModels quantizedModels)
      implements Serializable {

    Calibrator calibrator(OnnxModel model) {
      return Calibrator.builder(model)
          .withTarget(
              Target.all().stream()
                  .filter(each -> each.id().equals(target))
                  .findFirst()
                  .orElseThrow())
          .withStatistics(gathered)
          .withThreads(1)
          .withUnreadableImages(unreadable)
          .withQuantizedModels(quantizedModels)
          .build();
    }
  }

  /**
   * Starts to configure a calibrator.
   *
   * @param session a session of the cluster
   * @param model an FP32 model of one input {@code [N, C, H, W]} or {@code [N, H, W, C]}
   * @return a builder with defaults for everything else
   */
  public static Builder builder(SparkSession session, OnnxModel model) {
    return new Builder(session, List.of(model));
  }

  /**
   * Starts to configure a calibrator of several models, for which each image is decoded once.
   *
   * @param session a session of the cluster
   * @param models 1 or more FP32 models, whose inputs are of one shape {@code [N, C, H, W]} or
   *     {@code [N, H, W, C]}; an executor has all of them open
   * @return a builder with defaults for everything else
   * @throws IllegalArgumentException if there is none
   */
  public static Builder builder(SparkSession session, List<OnnxModel> models) {
    return new Builder(session, List.copyOf(models));
  }

  /**
   * Gathers statistics of images, of the first model.
   *
   * @param images the calibration set, 1 image or more
   * @return the statistics
   * @throws IllegalArgumentException if there is no image, or none is readable, or executors have
   *     different processors: names both
   * @throws io.github.calib8.dataset.DatasetException if an image cannot be read, unless such
   *     images are skipped
   * @throws io.github.calib8.calibration.CalibrationException if a tensor holds NaN or infinity
   * @throws IllegalStateException if Spark gives up, or loses images
   * @throws java.util.concurrent.CancellationException if the thread is interrupted; the job is
   *     canceled
   */
  public CalibrationStatistics collect(SparkImages images) {
    return collectAll(images).get(0);
  }

  /**
   * Gathers statistics of images in one job, in which each image is decoded once for all models.
   *
   * @param images the calibration set, 1 image or more
   * @return the statistics of each model, in order: what a job for it alone gathers
   * @throws IllegalArgumentException as {@link #collect}
   */
  public List<CalibrationStatistics> collectAll(SparkImages images) {
    Map<String, List<CalibrationStatistics>> groups = collectGroups(images);
    if (groups.size() > 1) {
      throw new IllegalArgumentException(
          "Expected executors of one processor, found %s: collectGroups has the statistics of each"
              .formatted(String.join("; ", groups.keySet())));
    }
    return groups.values().iterator().next();
  }

  /**
   * Gathers statistics of images in one job, apart for each processor of the executors where {@link
   * MergePolicy#GROUP} allows several; the images of each are those of its statistics.
   *
   * @param images the calibration set, 1 image or more
   * @return the statistics of each model, in order, by the processor's name and instruction set;
   *     under one name, whatever it is, unless several are allowed
   * @throws IllegalArgumentException as {@link #collect}
   */
  public Map<String, List<CalibrationStatistics>> collectGroups(SparkImages images) {
    if (images.imageCount() == 0) {
      throw new IllegalArgumentException("Expected 1 or more calibration images, found none");
    }
    String names = models.stream().map(OnnxModel::name).collect(Collectors.joining(", "));
    String description =
        String.format(Locale.ROOT, "calibrate %s: %,d images", names, images.imageCount());
    for (OnnxModel model : models) {
      Calibrator.disagreement(model, images.planned()).ifPresent(listener::warning);
    }
    ClusterRun<CalibrationStatistics> run =
        new ClusterRun<>(
            session, images, description, "calibration", listener, policy, new Statistics());
    List<ModelPair> pairs = models.stream().map(model -> new ModelPair("", model, model)).toList();
    Broadcast<byte[]> sent = run.context().broadcast(SentModels.toBytes(pairs));
    String key =
        options + models.stream().map(SentModels::key).collect(Collectors.joining(" ", " ", ""));
    Options chosen = options;
    try {
      Map<String, List<CalibrationStatistics>> groups =
          run.reduce(batches -> collect(key, chosen, sent, batches));
      check(images, groups);
      return groups;
    } finally {
      sent.destroy();
    }
  }

  private void check(SparkImages images, Map<String, List<CalibrationStatistics>> groups) {
    List<String> missing = List.of();
    for (int i = 0; i < models.size(); i++) {
      int model = i;
      missing =
          ReturnedImages.missing(
              images.names(),
              groups.values().stream().map(group -> group.get(model).images()).toList());
      if (missing.size() == images.imageCount()) {
        throw new IllegalArgumentException(
            "Expected 1 or more readable calibration images, found none: skipped "
                + images.names());
      }
      if (options.unreadable != UnreadableImages.SKIP) {
        ReturnedImages.requireNone(missing);
      }
    }
    if (!missing.isEmpty()) {
      listener.warning(
          "left out %s unreadable image(s): %s"
              .formatted(missing.size(), String.join(", ", missing)));
    }
    groups
        .values()
        .forEach(group -> group.forEach(found -> found.outliers().forEach(listener::warning)));
  }

  private static List<CalibrationStatistics> collect(
      String key, Options options, Broadcast<byte[]> sent, ImageBatches batches) {
    return OpenModels.use(
        key,
        OpenCalibrators.class,
        () ->
            Calibrator.open(
                SentModels.fromBytes(sent.value()).stream()
                    .map(pair -> options.calibrator(pair.fp32()))
                    .toList(),
                batches.imageCount()),
        OpenCalibrators::close,
        open -> open.collect(batches));
  }

  /** What executors gather. */
  static final class Statistics implements PartResult.Kind<CalibrationStatistics> {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] toBytes(CalibrationStatistics statistics) {
      return statistics.toBytes();
    }

    @Override
    public CalibrationStatistics fromBytes(byte[] bytes) {
      return CalibrationStatistics.fromBytes(bytes);
    }

    @Override
    public CalibrationStatistics merge(CalibrationStatistics first, CalibrationStatistics second) {
      return first.merge(second);
    }
  }

  /** Configures a {@link SparkCalibrator}. Not thread-safe. */
  public static final class Builder {
    private final SparkSession session;
    private final List<OnnxModel> models;
    private Target target = Target.cpu();
    private EnumSet<Statistic> gathered = EnumSet.of(Statistic.MAGNITUDES);
    private UnreadableImages unreadable = UnreadableImages.FAIL;
    private QuantizedModels quantizedModels = QuantizedModels.REFUSE;
    private MergePolicy policy = MergePolicy.REFUSE;
    private ProgressListener listener = progress -> {};

    private Builder(SparkSession session, List<OnnxModel> models) {
      this.session = Objects.requireNonNull(session, "session");
      this.models = models;
      if (models.isEmpty()) {
        throw new IllegalArgumentException("Expected 1 or more models, found none");
      }
    }

    /**
     * Sets who will run the INT8 model, and so which tensors are observed.
     *
     * @param newTarget {@link Target#cpu()} by default
     * @return this
     */
    public Builder withTarget(Target newTarget) {
      this.target = Objects.requireNonNull(newTarget, "target");
      return this;
    }

    /**
     * Sets what is gathered of each tensor beside the magnitudes.
     *
     * @param newStatistics what somebody needs; nothing more by default
     * @return this
     */
    public Builder withStatistics(Set<Statistic> newStatistics) {
      EnumSet<Statistic> all = EnumSet.of(Statistic.MAGNITUDES);
      all.addAll(newStatistics);
      this.gathered = all;
      return this;
    }

    /**
     * Sets what becomes of images that cannot be read.
     *
     * @param newUnreadable an error by default; skipped images are not among those of the table
     * @return this
     */
    public Builder withUnreadableImages(UnreadableImages newUnreadable) {
      this.unreadable = Objects.requireNonNull(newUnreadable, "unreadable");
      return this;
    }

    /**
     * Sets what becomes of a model that is quantized already.
     *
     * @param newQuantizedModels an error by default
     * @return this
     */
    public Builder withQuantizedModels(QuantizedModels newQuantizedModels) {
      this.quantizedModels = Objects.requireNonNull(newQuantizedModels, "quantizedModels");
      return this;
    }

    /**
     * Sets what becomes of executors that have different processors.
     *
     * @param newPolicy an error by default
     * @return this
     */
    public Builder withMergePolicy(MergePolicy newPolicy) {
      this.policy = Objects.requireNonNull(newPolicy, "policy");
      return this;
    }

    /**
     * Sets who is told how far all executors together have come.
     *
     * @param newListener called on the thread that collects, at the start and when a part is done
     * @return this
     */
    public Builder withProgress(ProgressListener newListener) {
      this.listener = Objects.requireNonNull(newListener, "listener");
      return this;
    }

    /**
     * Checks the model.
     *
     * @return the calibrator
     * @throws io.github.calib8.onnx.OnnxException if the model has more inputs than one, or nothing
     *     to calibrate, or is quantized already and that is not allowed
     * @throws io.github.calib8.calibration.CalibrationException if a weight is NaN or infinite
     */
    public SparkCalibrator build() {
      return new SparkCalibrator(this);
    }
  }
}

package io.github.calib8.spark;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.calibration.OpenCalibrator;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
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
  private final OnnxModel model;
  private final Options options;
  private final ProgressListener listener;

  private SparkCalibrator(Builder builder) {
    this.session = builder.session;
    this.model = builder.model;
    this.options =
        new Options(
            builder.target.id(), builder.gathered, builder.unreadable, builder.quantizedModels);
    this.listener = builder.listener;
    options.calibrator(model); // What is wrong with the model shows here.
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
    return new Builder(session, model);
  }

  /**
   * Gathers statistics of images.
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
    if (images.imageCount() == 0) {
      throw new IllegalArgumentException("Expected 1 or more calibration images, found none");
    }
    String description =
        String.format(Locale.ROOT, "calibrate %s: %,d images", model.name(), images.imageCount());
    Calibrator.disagreement(model, images.planned()).ifPresent(listener::warning);
    ClusterRun run = new ClusterRun(session, images, description, "calibration", listener);
    Broadcast<byte[]> sent =
        run.context().broadcast(SentModels.toBytes(List.of(new ModelPair("", model, model))));
    String key = SentModels.key(model) + " " + options;
    Options chosen = options;
    try {
      CalibrationStatistics statistics =
          CalibrationStatistics.fromBytes(
              run.reduce(
                  batches -> collect(key, chosen, sent, batches),
                  (a, b) ->
                      CalibrationStatistics.fromBytes(a)
                          .merge(CalibrationStatistics.fromBytes(b))
                          .toBytes()));
      if (statistics.images().isEmpty()) {
        throw new IllegalArgumentException(
            "Expected 1 or more readable calibration images, found none: skipped "
                + images.names());
      }
      Set<String> skipped = new LinkedHashSet<>(images.names());
      skipped.removeAll(statistics.images());
      if (!skipped.isEmpty() && options.unreadable != UnreadableImages.SKIP) {
        throw new IllegalStateException(
            "Expected Spark to return all images, found %s missing: %s"
                .formatted(skipped.size(), String.join(", ", skipped)));
      }
      if (!skipped.isEmpty()) {
        listener.warning(
            "left out %s unreadable image(s): %s"
                .formatted(skipped.size(), String.join(", ", skipped)));
      }
      statistics.outliers().forEach(listener::warning);
      return statistics;
    } finally {
      sent.destroy();
    }
  }

  private static byte[] collect(
      String key, Options options, Broadcast<byte[]> sent, ImageBatches batches) {
    return OpenModels.use(
        key,
        OpenCalibrator.class,
        () ->
            options
                .calibrator(SentModels.fromBytes(sent.value()).get(0).fp32())
                .open(batches.imageCount()),
        OpenCalibrator::close,
        open -> open.collect(batches).toBytes());
  }

  /** Configures a {@link SparkCalibrator}. Not thread-safe. */
  public static final class Builder {
    private final SparkSession session;
    private final OnnxModel model;
    private Target target = Target.cpu();
    private EnumSet<Statistic> gathered = EnumSet.of(Statistic.MAGNITUDES);
    private UnreadableImages unreadable = UnreadableImages.FAIL;
    private QuantizedModels quantizedModels = QuantizedModels.REFUSE;
    private ProgressListener listener = progress -> {};

    private Builder(SparkSession session, OnnxModel model) {
      this.session = Objects.requireNonNull(session, "session");
      this.model = Objects.requireNonNull(model, "model");
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

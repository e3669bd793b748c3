package io.github.calib8.calibration;

import com.google.common.primitives.Ints;
import io.github.calib8.dataset.BatchReader;
import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InputFit;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.histogram.Statistic;
import io.github.calib8.image.Layout;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.ObservationPoints;
import io.github.calib8.quantization.QuantizedModels;
import io.github.calib8.quantization.Target;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.work.Checkpoint;
import io.github.calib8.work.Internal;
import io.github.calib8.work.ProgressListener;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the scales of a classifier's tensors from images: streams them through the model once, and
 * keeps nothing but a histogram for each tensor.
 *
 * <p>The result depends on the set of images alone: not on their order, the batch size, the
 * micro-batch or the number of threads. Memory does not depend on the number of images.
 *
 * <p>Immutable and thread-safe; each collection has its own session and threads. Interrupting the
 * thread that runs one cancels it: it throws a {@link java.util.concurrent.CancellationException},
 * frees all it holds, and leaves the thread interrupted.
 *
 * @see <a
 *     href="https://on-demand.gputechconf.com/gtc/2017/presentation/s7310-8-bit-inference-with-tensorrt.pdf">
 *     S. Migacz: 8-bit Inference with TensorRT, GTC 2017</a>
 */
public final class Calibrator {
  /** The bytes that the observed activations of all running micro-batches may take together. */
  private static final long ACTIVATION_BYTES = 256L << 20;

  /**
   * Images in a micro-batch even so: the fixed costs of a run are a twentieth of a single image's.
   */
  private static final int FEWEST_IMAGES = 2;

  private static final int RGB = 3;

  private final OnnxModel model;
  private final CalibrationMethod method;
  private final Target target;
  private final Set<Statistic> gathered;
  private final int microBatch;
  private final int threads;
  private final UnreadableImages unreadable;
  private final ProgressListener listener;
  private final @Nullable Checkpoint checkpoint;
  private final ObservationPoints points;

  private Calibrator(Builder builder) {
    this.model = builder.model;
    this.method = builder.method;
    this.target = builder.target;
    this.gathered = builder.gathered;
    this.microBatch = builder.microBatch;
    this.threads = builder.threads;
    this.unreadable = builder.unreadable;
    this.listener = builder.listener;
    this.checkpoint = builder.checkpoint;
    builder.quantizedModels.check(model);
    FiniteWeights.require(model);
    this.points = target.observationPoints(model);
    if (points.tensors().isEmpty()) {
      throw new OnnxException(
          "Expected a convolution or another operator that can run in INT8 in model '%s', found none"
              .formatted(model.name()));
    }
  }

  /**
   * Starts to configure a calibrator.
   *
   * @param model an FP32 model of one input {@code [N, C, H, W]} or {@code [N, H, W, C]}; its
   *     tensors' names are those of the table
   * @return a builder with defaults for everything else
   */
  public static Builder builder(OnnxModel model) {
    return new Builder(model);
  }

  /**
   * Finds the scales.
   *
   * @param batches the calibration set, 1 image or more
   * @return the table
   * @throws IllegalArgumentException if there is no image, or the batches are not what the model's
   *     input takes
   * @throws io.github.calib8.dataset.DatasetException if an image cannot be read, unless such
   *     images are skipped
   * @throws CalibrationException if a tensor holds NaN or infinity, or the checkpoint's file is
   *     damaged or of another calibration
   * @throws java.io.UncheckedIOException if the checkpoint's file cannot be read or written
   * @throws io.github.calib8.engine.EngineException if the engine refuses the model
   */
  public CalibrationTable calibrate(BatchSource batches) {
    return collect(batches).toTable(method, target);
  }

  /**
   * Gathers statistics without choosing scales: to save them, to merge those of several parts, or
   * to compare methods.
   *
   * @param batches the calibration set or a part of it, 1 image or more
   * @return the statistics
   * @throws IllegalArgumentException if there is no image, or the batches are not what the model's
   *     input takes
   * @throws io.github.calib8.dataset.DatasetException if an image cannot be read, unless such
   *     images are skipped
   * @throws CalibrationException if a tensor holds NaN or infinity, or the checkpoint's file is
   *     damaged or of another calibration
   * @throws java.io.UncheckedIOException if the checkpoint's file cannot be read or written
   * @throws io.github.calib8.engine.EngineException if the engine refuses the model
   */
  public CalibrationStatistics collect(BatchSource batches) {
    requireFitting(batches);
    SavedCalibration saved = saved(batches);
    try (ObservedSession session = session(saved.rest().imageCount())) {
      CalibrationStatistics statistics = collect(batches, saved, session);
      if (statistics.images().isEmpty()) {
        throw new IllegalArgumentException(
            "Expected 1 or more readable calibration images, found none: skipped "
                + batches.names());
      }
      statistics.outliers().forEach(listener::warning);
      return statistics;
    }
  }

  /**
   * Opens models for several collections, in which each image is decoded once for all of them.
   *
   * @param calibrators of models that take input of one shape, 1 or more, of one number of threads
   *     and one answer to unreadable images; their checkpoints are not used
   * @param images how many images each collection will have, about
   * @return the open models, to be closed
   * @throws io.github.calib8.engine.EngineException if the engine refuses a model
   */
  @Internal
  public static OpenCalibrators open(List<Calibrator> calibrators, int images) {
    return OpenCalibrators.open(calibrators, images);
  }

  /** Fails where a collection could not begin. */
  void requireFitting(BatchSource batches) {
    if (batches.imageCount() == 0) {
      throw new IllegalArgumentException("Expected 1 or more calibration images, found none");
    }
    batches
        .preprocessing()
        .ifPresent(
            made ->
                InputFit.require(
                    model.input(), batches.imageShape(), made.id(), made.keepsSamples()));
    disagreement(model, batches).ifPresent(listener::warning);
  }

  /**
   * Tells whether a model names another preprocessing.
   *
   * @param model the model to calibrate
   * @param batches the calibration set
   * @return a line, empty if they agree
   */
  @Internal
  public static Optional<String> disagreement(OnnxModel model, BatchSource batches) {
    return batches
        .preprocessing()
        .flatMap(
            made ->
                made.disagreement(
                    "model '" + model.name() + "'", model.metadata().get(Preprocessing.METADATA)));
  }

  private SavedCalibration saved(BatchSource batches) {
    return SavedCalibration.open(checkpoint, listener::warning, source(batches), gathered, batches);
  }

  private CalibrationStatistics collect(
      BatchSource batches, SavedCalibration saved, ObservedSession session) {
    try (BatchReader loader = load(saved.rest());
        Collector collector = collector(session, batches)) {
      collector.requireWholeBatches(saved.rest().imageCount(), batches.batchSize());
      collector.collect(
          loader, microBatch(session, batches.batchSize()), saved, batches.imageCount(), listener);
      if (!loader.skipped().isEmpty()) {
        listener.warning(
            "left out %s unreadable image(s): %s"
                .formatted(loader.skipped().size(), String.join(", ", loader.skipped())));
      }
      return saved.save(collector.images(), collector.statistics());
    }
  }

  /** Starts to decode. */
  BatchReader load(BatchSource batches) {
    return halfByHalf(batches)
        .load(LoaderOptions.defaults().withThreads(threads).withUnreadable(unreadable));
  }

  Collector collector(ObservedSession session, BatchSource batches) {
    return new Collector(points, model, session, gathered, layout(batches), threads);
  }

  StatisticsSource source(BatchSource batches) {
    return StatisticsSource.here(model, batches.preprocessingId());
  }

  /** That of the model's input; a caller's own tensors do not say theirs. */
  private Layout layout(BatchSource batches) {
    return batches
        .preprocessing()
        .map(Preprocessing::layout)
        .or(() -> Layout.of(model.input().dims(), RGB))
        .orElse(Layout.NCHW);
  }

  /** Magnitudes may come in any order, channels may not. */
  ObservedSession session(int images) {
    EngineOptions options = EngineOptions.defaults().withThreads(1);
    return gathered.contains(Statistic.CHANNEL_MEANS)
        ? ObservedSession.open(points.observedModel(), options)
        : ObservedSession.openUnordered(points.observedModel(), options, images);
  }

  /**
   * The images of one half behind those of the other: the histograms that a micro-batch fills are
   * of one half then, and come into the cache once. Tensors of the caller stay in their batches.
   */
  private static BatchSource halfByHalf(BatchSource batches) {
    return batches instanceof ImageBatches images
        ? images.sorted(Comparator.comparing(image -> ImageRun.isInSecondHalf(image.name())))
        : batches;
  }

  int microBatch(ObservedSession session, int batchSize) {
    OptionalLong fixed = model.fixedBatch();
    if (fixed.isPresent()) {
      return Ints.checkedCast(fixed.getAsLong());
    }
    if (microBatch != Builder.AUTOMATIC) {
      return microBatch;
    }
    long fitting = ACTIVATION_BYTES / threads / Math.max(1, session.bytesPerImage());
    // No more than gives every thread a share of each batch.
    long share = (batchSize + threads - 1L) / threads;
    return Ints.saturatedCast(Math.min(Math.max(fitting, FEWEST_IMAGES), share));
  }

  /** Configures a {@link Calibrator}. Not thread-safe. */
  public static final class Builder {
    private static final int AUTOMATIC = 0;

    private final OnnxModel model;
    private CalibrationMethod method = CalibrationMethod.entropy();
    private Target target = Target.cpu();
    private Set<Statistic> gathered = Set.of(Statistic.MAGNITUDES);
    private int microBatch = AUTOMATIC;
    private int threads = Runtime.getRuntime().availableProcessors();
    private UnreadableImages unreadable = UnreadableImages.FAIL;
    private QuantizedModels quantizedModels = QuantizedModels.REFUSE;
    private ProgressListener listener = progress -> {};
    private @Nullable Checkpoint checkpoint;

    private Builder(OnnxModel model) {
      this.model = Objects.requireNonNull(model, "model");
    }

    /**
     * Sets how a threshold is chosen.
     *
     * @param newMethod the method; {@link CalibrationMethod#entropy()} by default
     * @return this
     */
    public Builder withMethod(CalibrationMethod newMethod) {
      this.method = Objects.requireNonNull(newMethod, "method");
      return this;
    }

    /**
     * Sets who will run the INT8 model: decides which tensors are observed, and for which integers
     * thresholds are chosen.
     *
     * @param newTarget {@link Target#cpu()} by default
     * @return this
     */
    public Builder withTarget(Target newTarget) {
      this.target = Objects.requireNonNull(newTarget, "target");
      return this;
    }

    /**
     * Sets what is gathered of each tensor beside the magnitudes, which a table needs; does not
     * change the table.
     *
     * @param newStatistics what somebody needs; nothing more by default
     * @return this
     */
    public Builder withStatistics(Set<Statistic> newStatistics) {
      Set<Statistic> all = EnumSet.of(Statistic.MAGNITUDES);
      all.addAll(newStatistics);
      this.gathered = Collections.unmodifiableSet(all);
      return this;
    }

    /**
     * Sets how many images a thread runs at once; does not change the result.
     *
     * @param images 1 or more; by default as many as keep the observed activations of all threads
     *     within 256 MiB, 2 at least, and no more than give each thread a share of a batch. A model
     *     whose batch is fixed keeps to it
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder withMicroBatch(int images) {
      this.microBatch = positive(images, "images in a micro-batch");
      return this;
    }

    /**
     * Sets the number of threads; does not change the result.
     *
     * @param newThreads 1 or more: as many decode images, as many run the model; by default one for
     *     each processor
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder withThreads(int newThreads) {
      this.threads = positive(newThreads, "threads");
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
     * Sets who is told how far a run has come.
     *
     * @param newListener called on the thread that calibrates, at the start and after each
     *     micro-batch
     * @return this
     */
    public Builder withProgress(ProgressListener newListener) {
      this.listener = Objects.requireNonNull(newListener, "listener");
      return this;
    }

    /**
     * Keeps the statistics in a file while they grow, and goes on from those that are there; does
     * not change the result. The file is what {@link CalibrationStatistics#read} reads, complete in
     * the end. A file beside it, with {@code .images} at the end of its name, keeps the SHA-256 of
     * the images' bytes: an image that changed under its name is an error.
     *
     * @param newCheckpoint the file, and how often it is written; none by default
     * @return this
     */
    public Builder withCheckpoint(Checkpoint newCheckpoint) {
      this.checkpoint = Objects.requireNonNull(newCheckpoint, "checkpoint");
      return this;
    }

    /**
     * Checks and prepares the model.
     *
     * @return the calibrator
     * @throws OnnxException if the model has more inputs than one, or nothing to calibrate, or is
     *     quantized already and that is not allowed
     * @throws CalibrationException if a weight is NaN or infinite; the text names the initializer
     */
    public Calibrator build() {
      return new Calibrator(this);
    }

    private static int positive(int value, String what) {
      if (value < 1) {
        throw new IllegalArgumentException("Expected 1 or more " + what + ", found " + value);
      }
      return value;
    }
  }
}

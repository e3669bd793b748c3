package io.github.calib8.evaluation;

import io.github.calib8.dataset.BatchReader;
import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.Environment;
import io.github.calib8.engine.ExecutionProvider;
import io.github.calib8.engine.FloatPrecision;
import io.github.calib8.engine.InputFit;
import io.github.calib8.evaluation.DeviceModels.Scores;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizedModels;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.work.Checkpoint;
import io.github.calib8.work.Internal;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures what quantization costs: runs FP32 and INT8 models on the same decoded images, in one
 * pass, and compares them image by image.
 *
 * <ul>
 *   <li><b>Ranking.</b> A class ranks above another one if its score is greater, or if the scores
 *       are equal and its index is lower. Top-5 is a label among the first five.
 *   <li><b>One score an image</b>, {@code [N, 1]}, tells two classes apart: class 1 where its
 *       probability - the output of a Sigmoid, or the sigmoid of anything else - is {@linkplain
 *       Builder#withThreshold above a threshold}, else class 0. The divergence is that of the two
 *       classes, whatever the threshold; top-5 is 100, as there are but two.
 *   <li><b>Divergence.</b> KL(FP32 || INT8) of the softmax outputs in nats, the mean over the
 *       images. An output that a Softmax node makes is taken as probabilities - zeros, which
 *       float32 could not hold, count as 2<sup>-126</sup> -, any other one as logits.
 *   <li><b>Throughput.</b> Images divided by the wall time inside the engine, while the next batch
 *       is decoded on other threads, as it is in use. The first batch warms the engine up and is
 *       left out unless it is the only one. FP32 and INT8 take turns at running first. Of several
 *       devices, which share the batches, the throughputs are added up.
 *   <li><b>Models for TensorRT</b> are run without the engine's integer kernels, which may saturate
 *       where TensorRT's do not: the accuracy is theirs, the throughput is not.
 * </ul>
 *
 * <p>Immutable and safe for use by several threads; what runs at the same time shares the cores and
 * so spoils the throughput. Interrupting the thread that runs one cancels it: it throws a {@link
 * java.util.concurrent.CancellationException} once the batches that the engine computes are done,
 * frees all it holds, and leaves the thread interrupted.
 */
public final class Evaluator {

  private static final String PHASE = "evaluation";

  /** TensorRT's: while one batch is copied, another one is computed. */
  private static final int STREAMS = 2;

  private final EngineOptions engineOptions;
  private final List<Device> devices;
  private final @Nullable FloatPrecision precision;
  private final LoaderOptions loaderOptions;
  private final int microBatch;
  private final @Nullable String output;
  private final double threshold;
  private final CalibrationImages calibrationImages;
  private final QuantizedModels quantizedModels;
  private final @Nullable EvaluationListener listener;
  private final ProgressListener progress;
  private final @Nullable Checkpoint checkpoint;
  private final @Nullable BatchSource calibrated;

  private Evaluator(Builder builder) {
    this.engineOptions = EngineOptions.defaults().withThreads(builder.threads);
    this.devices = builder.devices;
    this.precision = builder.precision;
    this.loaderOptions =
        LoaderOptions.defaults()
            .withThreads(builder.threads)
            .withUnreadable(builder.unreadableImages);
    this.microBatch = builder.microBatch;
    this.output = builder.output;
    this.threshold = builder.threshold;
    this.calibrationImages = builder.calibrationImages;
    this.quantizedModels = builder.quantizedModels;
    this.listener = builder.listener;
    this.progress = builder.progress;
    this.checkpoint = builder.checkpoint;
    this.calibrated = builder.calibrated;
  }

  /**
   * Starts to describe an evaluator.
   *
   * @return a builder with the defaults of its methods
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Compares an FP32 model with its INT8 form. The report bears the FP32 model's name.
   *
   * @param fp32 the model before quantization: one float32 input [N, C, H, W], one output [N,
   *     classes] or [N, classes, 1, 1]
   * @param int8 the model after quantization, with the same shapes
   * @param batches the images to measure on, at least one
   * @return the report
   * @throws IllegalArgumentException if the shapes differ, there is no image, or the INT8 model was
   *     calibrated on one of the images and they are not allowed
   * @throws EvaluationException if a label is no class of the model, a score is not finite, no
   *     image is readable, or the checkpoint's file is damaged or of another evaluation
   * @throws java.io.UncheckedIOException if the checkpoint's file cannot be read or written
   * @throws io.github.calib8.dataset.DatasetException if an image is unreadable and that is an
   *     error
   * @throws io.github.calib8.engine.EngineException if the engine refuses a model, or cannot use a
   *     device
   */
  public AccuracyReport compare(OnnxModel fp32, OnnxModel int8, BatchSource batches) {
    return compareAll(List.of(new ModelPair(fp32.name(), fp32, int8)), batches).get(0);
  }

  /**
   * Compares an FP32 model with several INT8 models, as different programs or settings make them,
   * in one pass. INT8 files run as they are, whoever made them.
   *
   * @param fp32 the model before quantization
   * @param int8 the models after quantization, with the same shapes; each report bears the name of
   *     its own
   * @param batches the images to measure on, at least one
   * @return a report a model of {@code int8}, in order
   * @throws IllegalArgumentException as {@link #compareAll(List, BatchSource)}
   * @throws EvaluationException as there
   * @throws java.io.UncheckedIOException as there
   * @throws io.github.calib8.dataset.DatasetException as there
   * @throws io.github.calib8.engine.EngineException as there
   */
  public List<AccuracyReport> compareAll(
      OnnxModel fp32, List<OnnxModel> int8, BatchSource batches) {
    return compareAll(
        int8.stream().map(model -> new ModelPair(model.name(), fp32, model)).toList(), batches);
  }

  /**
   * Compares several pairs on the same images, each of which is decoded once for all. All models
   * are open at the same time. A model that several pairs share, as methods compared on one network
   * do their FP32 model, is opened and run once.
   *
   * @param pairs the pairs, whose models take input of one shape
   * @param batches the images to measure on, at least one
   * @return a report a pair, in order
   * @throws IllegalArgumentException if the shapes of a pair differ, there is no pair or no image,
   *     or an INT8 model was calibrated on one of the images and they are not allowed
   * @throws EvaluationException if a label is no class of a model, a score is not finite, no image
   *     is readable, or the checkpoint's file is damaged or of another evaluation
   * @throws java.io.UncheckedIOException if the checkpoint's file cannot be read or written
   * @throws io.github.calib8.dataset.DatasetException if an image is unreadable and that is an
   *     error
   * @throws io.github.calib8.engine.EngineException if the engine refuses a model, or cannot use a
   *     device
   */
  public List<AccuracyReport> compareAll(List<ModelPair> pairs, BatchSource batches) {
    return collect(pairs, batches).reports();
  }

  /**
   * Compares several pairs without making reports: to save what was counted, or to merge that of
   * several parts.
   *
   * @param pairs the pairs, whose models take input of one shape
   * @param batches the images to measure on or a part of them, at least one
   * @return what was counted
   * @throws IllegalArgumentException if the shapes of a pair differ, there is no pair or no image,
   *     or an INT8 model was calibrated on one of the images and they are not allowed
   * @throws EvaluationException if a label is no class of a model, a score is not finite, or the
   *     checkpoint's file is damaged or of another evaluation
   * @throws java.io.UncheckedIOException if the checkpoint's file cannot be read or written
   * @throws io.github.calib8.dataset.DatasetException if an image is unreadable and that is an
   *     error
   * @throws io.github.calib8.engine.EngineException if the engine refuses a model, or cannot use a
   *     device
   */
  public EvaluationStatistics collect(List<ModelPair> pairs, BatchSource batches) {
    return collectScored(pairs.stream().map(this::scored).toList(), batches);
  }

  /**
   * Opens the models for several collections, one at a time.
   *
   * @param pairs the pairs, whose models take input of one shape
   * @return the open models, to be closed
   * @throws IllegalArgumentException if the shapes of a pair differ
   * @throws io.github.calib8.engine.EngineException if the engine refuses a model
   */
  @Internal
  public OpenEvaluator open(List<ModelPair> pairs) {
    List<ModelPair> scored = pairs.stream().map(this::scored).toList();
    List<PairIdentity> identities = scored.stream().map(this::identity).toList();
    return new OpenEvaluator(
        this, scored, identities, openRun(scored, identities, engineOptions.largestBatch()));
  }

  private EvaluationRun openRun(
      List<ModelPair> scored, List<PairIdentity> identities, int batchSize) {
    return EvaluationRun.open(
        scored, identities, microBatch, threshold, lanes(batchSize), progress);
  }

  private EvaluationStatistics collectScored(List<ModelPair> pairs, BatchSource batches) {
    requireMeasurable(pairs, batches);
    List<PairIdentity> identities = pairs.stream().map(this::identity).toList();
    SavedEvaluation saved = saved(identities, batches);
    try (EvaluationRun run = openRun(pairs, identities, batches.batchSize())) {
      return run(run, batches, saved);
    }
  }

  /** Likewise of models that are open already, and stay so. */
  EvaluationStatistics collect(
      List<ModelPair> pairs,
      List<PairIdentity> identities,
      EvaluationRun run,
      BatchSource batches) {
    requireMeasurable(pairs, batches);
    run.restart(pairs, identities, threshold);
    return run(run, batches, saved(identities, batches));
  }

  /** Fails where a collection could not begin. */
  private void requireMeasurable(List<ModelPair> pairs, BatchSource batches) {
    if (pairs.isEmpty() || batches.imageCount() == 0) {
      throw new IllegalArgumentException(
          "Expected at least one pair of models and one image, found %s and %s"
              .formatted(pairs.size(), batches.imageCount()));
    }
    pairs.forEach(pair -> quantizedModels.check(pair.fp32()));
    if (calibrationImages == CalibrationImages.REFUSE) {
      for (ModelPair pair : pairs) {
        requireUnseen(pair, batches.names());
      }
    }
    warnings(pairs, batches).forEach(progress::warning);
  }

  private SavedEvaluation saved(List<PairIdentity> identities, BatchSource batches) {
    SavedEvaluation saved =
        SavedEvaluation.open(checkpoint, progress::warning, source(batches), identities, batches);
    if (calibrated instanceof ImageBatches first && batches instanceof ImageBatches second) {
      saved.setCalibratedImages(CalibratedImage.between(first, second));
    }
    return saved;
  }

  /**
   * Tells where a model, or the table that it was made with, names another preprocessing.
   *
   * @param pairs the pairs
   * @param batches the images to measure on
   * @return a line each, none if all agree
   */
  @Internal
  public static Set<String> warnings(List<ModelPair> pairs, BatchSource batches) {
    Set<String> warnings = new LinkedHashSet<>();
    Preprocessing preprocessing = batches.preprocessing().orElse(null);
    if (preprocessing == null) {
      return warnings;
    }
    for (ModelPair pair : pairs) {
      preprocessing
          .disagreement(
              "model '" + pair.fp32().name() + "'",
              pair.fp32().metadata().get(Preprocessing.METADATA))
          .ifPresent(warnings::add);
      preprocessing
          .disagreement(
              "the calibration of '" + pair.int8().name() + "'",
              pair.int8().metadata().get(Int8Metadata.CALIBRATION_PREPROCESSING))
          .ifPresent(warnings::add);
    }
    return warnings;
  }

  private PairIdentity identity(ModelPair pair) {
    return PairIdentity.of(pair, devices)
        .withProducts(Optional.of(IntegerProducts.of(pair.int8(), on(devices.get(0), 1))));
  }

  /**
   * Fails if a model cannot be evaluated, before anything else is done with it: opens it on each
   * device, and runs it on two images of zeros.
   *
   * @param fp32 the model before quantization
   * @param batches the images to measure on
   * @throws EvaluationException if its output is not a score a class
   * @throws io.github.calib8.onnx.OnnxException if it has several outputs, and none was {@linkplain
   *     Builder#withOutput chosen}, or not the one that was; or if it is quantized already and that
   *     is not allowed
   * @throws IllegalArgumentException if its input is not what the batches hold
   * @throws io.github.calib8.engine.EngineException if the engine refuses it, or cannot use a
   *     device
   */
  public void requireClassifier(OnnxModel fp32, BatchSource batches) {
    quantizedModels.check(fp32);
    OnnxModel model = scored(fp32);
    ClassScores.require(model);
    tryOut(model, batches);
  }

  /**
   * Fails if a pair cannot be compared, before anything else is done with it: looks at both graphs
   * and at the images that the INT8 model was calibrated on, opens the INT8 model on each device,
   * and runs it on two images of zeros.
   *
   * @param pair the pair, whose INT8 model may have been made by whatever program
   * @param batches the images to measure on
   * @throws EvaluationException if an output is not a score a class
   * @throws io.github.calib8.onnx.OnnxException if a model has several outputs, and none was
   *     {@linkplain Builder#withOutput chosen}, or not the one that was
   * @throws IllegalArgumentException if the shapes differ, the INT8 model's input is not what the
   *     batches hold, or it was calibrated on one of the images and they are not allowed
   * @throws io.github.calib8.engine.EngineException if the engine refuses the INT8 model, or cannot
   *     use a device
   */
  public void requireComparable(ModelPair pair, BatchSource batches) {
    ModelPair models = scored(pair);
    DeviceModels.requireAlike(models);
    if (calibrationImages == CalibrationImages.REFUSE) {
      requireUnseen(models, batches.names());
    }
    tryOut(models.int8(), batches);
  }

  private void tryOut(OnnxModel model, BatchSource batches) {
    batches
        .preprocessing()
        .ifPresent(
            made ->
                InputFit.require(
                    model.input(), batches.imageShape(), made.id(), made.keepsSamples()));
    for (Device device : devices) {
      try (TimedModel opened =
          TimedModel.open(
              "model '" + model.name() + "'",
              model,
              microBatch,
              on(device, batches.batchSize()),
              progress)) {
        if (!batches.imageShape().isEmpty()) {
          opened.tryOut(batches.imageShape());
        }
      }
    }
  }

  /**
   * How a device runs models, of batches that are no larger; of two images at least, which show
   * whether a model mixes them.
   */
  private EngineOptions on(Device device, int batchSize) {
    EngineOptions options =
        engineOptions
            .withDevice(device)
            .withLargestBatch(Math.min(Math.max(2, batchSize), microBatch));
    return precision == null ? options : options.withPrecision(precision);
  }

  /** What computes batches at the same time: a stream each. */
  private List<EngineOptions> lanes(int batchSize) {
    return devices.stream()
        .flatMap(
            device ->
                Collections.nCopies(
                    device.provider() == ExecutionProvider.TENSORRT ? STREAMS : 1,
                    on(device, batchSize))
                    .stream())
        .toList();
  }

  /** The model with the output that is the class scores alone. */
  private OnnxModel scored(OnnxModel model) {
    if (output != null) {
      return model.withOutput(output);
    }
    if (model.outputs().size() > 1) {
      throw new OnnxException(
          "Expected one output, or the name of the one that is the class scores (--output, withOutput), found %s outputs in model '%s': %s"
              .formatted(model.outputs().size(), model.name(), model.outputs()));
    }
    return model;
  }

  private ModelPair scored(ModelPair pair) {
    return new ModelPair(pair.name(), scored(pair.fp32()), scored(pair.int8()));
  }

  private EvaluationSource source(BatchSource batches) {
    return new EvaluationSource(
        batches.preprocessingId(),
        batches.batchSize(),
        microBatch,
        threshold,
        Environment.current(engineOptions.threads(), devices, on(devices.get(0), 1).precision()));
  }

  /**
   * A batch whose tensor is freed, what each pair made of it, and how many images were skipped
   * before it.
   */
  private record Result(ImageBatch batch, List<Scores> scores, int skipped) {}

  private EvaluationStatistics run(EvaluationRun run, BatchSource batches, SavedEvaluation saved) {
    int total = batches.imageCount();
    int done = saved.done();
    int end = done;
    Queue<DatasetException> untold = new ArrayDeque<>();
    int told = 0;
    progress.progress(new Progress(PHASE, end, total));
    try (BatchReader reader = saved.rest().load(loaderOptions);
        DeviceQueue<Result> queue = new DeviceQueue<>(run.lanes())) {
      while (reader.hasNext() || !queue.isEmpty()) {
        if (reader.hasNext() && !queue.isFull()) {
          untold.addAll(reader.failures());
          ImageBatch batch = reader.next();
          int skipped = reader.skipped().size();
          queue.submit(lane -> new Result(batch, scores(run, batch, lane), skipped));
        } else {
          Result result = queue.take();
          run.takeWarnings().forEach(progress::warning);
          tellUnreadable(reader, told, result.skipped(), untold);
          told = result.skipped();
          run.add(result.batch(), result.scores(), batches, listener);
          done += result.batch().size();
          end = done + result.skipped();
          if (saved.isDue()) {
            saved.save(run.statistics(), end, reader.skipped().subList(0, result.skipped()));
          }
          progress.progress(new Progress(PHASE, end, total));
        }
      }
      untold.addAll(reader.failures());
      tellUnreadable(reader, told, reader.skipped().size(), untold);
      if (end < total) {
        progress.progress(new Progress(PHASE, total, total));
      }
      return saved.save(run.statistics(), total, reader.skipped());
    }
  }

  /** Tells of images that were skipped, from one to before another one, and what was wrong. */
  private void tellUnreadable(
      BatchReader reader, int from, int to, Queue<DatasetException> failures) {
    if (from < to) {
      for (String image : reader.skipped().subList(from, to)) {
        DatasetException failure = failures.remove();
        if (listener != null) {
          listener.unreadable(image, failure);
        }
      }
    }
  }

  private List<Scores> scores(EvaluationRun run, ImageBatch batch, int lane) {
    try (batch) {
      return run.on(lane).run(batch);
    } catch (EngineException e) {
      // Of several, one may be at fault: out of memory, or gone.
      throw devices.size() == 1
          ? e
          : new EngineException(
              "Device %s failed: %s".formatted(run.on(lane).device(), e.getMessage()), e);
    }
  }

  /** By name: a copy of an image elsewhere is still the same image, and re-encoded it is too. */
  private static void requireUnseen(ModelPair pair, List<String> images) {
    String seen = pair.int8().metadata().getOrDefault(Int8Metadata.CALIBRATION_IMAGES, "");
    Set<String> names = new LinkedHashSet<>(seen.lines().toList());
    List<String> common = images.stream().filter(names::contains).toList();
    if (!common.isEmpty()) {
      throw new IllegalArgumentException(
          ("Expected images that the INT8 model of '%s' was not calibrated on, found %s that it"
                  + " was, the first is '%s'; allow them with CalibrationImages.ALLOW")
              .formatted(pair.name(), common.size(), common.get(0)));
    }
  }

  /** The options of an {@link Evaluator}. Not safe for use by several threads. */
  public static final class Builder {

    private List<Device> devices = List.of(Device.cpu());
    private @Nullable FloatPrecision precision;
    private int threads = EngineOptions.defaults().threads();
    private int microBatch = Integer.MAX_VALUE;
    private @Nullable String output;
    private double threshold = EvaluationSource.DEFAULT_THRESHOLD;
    private UnreadableImages unreadableImages = UnreadableImages.FAIL;
    private CalibrationImages calibrationImages = CalibrationImages.REFUSE;
    private QuantizedModels quantizedModels = QuantizedModels.REFUSE;
    private @Nullable EvaluationListener listener;
    private ProgressListener progress = step -> {};
    private @Nullable Checkpoint checkpoint;
    private @Nullable BatchSource calibrated;

    private Builder() {}

    /**
     * Sets the number of threads of the engine, and of those that decode.
     *
     * @param threads at least 1; all cores by default
     * @return this builder
     */
    public Builder withThreads(int threads) {
      this.threads = positive(threads, "threads");
      return this;
    }

    /**
     * Sets what computes the models. Each device has both models open, and computes whole batches:
     * the next one goes to whichever is idle.
     *
     * @param devices 1 or more, in any order; the processor alone by default
     * @return this builder
     * @throws IllegalArgumentException if there is none
     */
    public Builder withDevices(Collection<Device> devices) {
      if (devices.isEmpty()) {
        throw new IllegalArgumentException("Expected 1 or more devices, found none");
      }
      this.devices = List.copyOf(devices);
      return this;
    }

    /**
     * Sets how the devices may compute what is in floating point, of both models.
     *
     * @param precision the device's default if none is set: FP32, except of {@code ort-tensorrt},
     *     which has TF32. A device that cannot compute so is an error
     * @return this builder
     */
    public Builder withPrecision(FloatPrecision precision) {
      this.precision = Objects.requireNonNull(precision, "precision");
      return this;
    }

    /**
     * Sets how many images the engine computes at once. A model whose graph fixes the batch size
     * runs with that one; where images are fewer, the last one is repeated and not counted again.
     *
     * @param microBatch at least 1; the whole batch by default
     * @return this builder
     */
    public Builder withMicroBatch(int microBatch) {
      this.microBatch = positive(microBatch, "images in a micro-batch");
      return this;
    }

    /**
     * Chooses the output that is the class scores, of models that have several. What the others
     * need is not computed, and so is not in the throughput.
     *
     * @param output the output's name; the only output by default
     * @return this builder
     */
    public Builder withOutput(String output) {
      this.output = Objects.requireNonNull(output, "output");
      return this;
    }

    /**
     * Sets what decides between the two classes of a model that makes one score an image. Others
     * rank their scores.
     *
     * @param threshold the probability above which an image is of class 1, between 0 and 1; 0.5 by
     *     default
     * @return this builder
     * @throws IllegalArgumentException if it is not between 0 and 1
     */
    public Builder withThreshold(double threshold) {
      if (!(threshold > 0 && threshold < 1)) {
        throw new IllegalArgumentException(
            "Expected a threshold between 0 and 1, found " + threshold);
      }
      this.threshold = threshold;
      return this;
    }

    /**
     * Sets what becomes of images that cannot be read.
     *
     * @param unreadableImages an error by default
     * @return this builder
     */
    public Builder withUnreadableImages(UnreadableImages unreadableImages) {
      this.unreadableImages = unreadableImages;
      return this;
    }

    /**
     * Sets what becomes of images that an INT8 model was calibrated on, known by their names.
     *
     * @param calibrationImages refused by default
     * @return this builder
     */
    public Builder withCalibrationImages(CalibrationImages calibrationImages) {
      this.calibrationImages = calibrationImages;
      return this;
    }

    /**
     * Tells which images the INT8 models were calibrated on, so that those measured that are, byte
     * for byte, the same under another name become a {@linkplain Finding.Kind#CALIBRATED_IMAGES
     * finding}.
     *
     * @param images batches of encoded images; other ones tell nothing. Not known by default
     * @return this builder
     */
    public Builder withCalibratedOn(BatchSource images) {
      this.calibrated = Objects.requireNonNull(images, "images");
      return this;
    }

    /**
     * Sets what becomes of an FP32 model that is quantized already.
     *
     * @param quantizedModels an error by default
     * @return this builder
     */
    public Builder withQuantizedModels(QuantizedModels quantizedModels) {
      this.quantizedModels = quantizedModels;
      return this;
    }

    /**
     * Sets who is told what the models make of each image.
     *
     * @param listener nobody by default
     * @return this builder
     */
    public Builder withListener(EvaluationListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Sets who hears of the progress, at the start and after each batch.
     *
     * @param progress nobody by default
     * @return this builder
     */
    public Builder withProgress(ProgressListener progress) {
      this.progress = progress;
      return this;
    }

    /**
     * Keeps what was counted in a file while it grows, and goes on from what is there; the
     * throughput alone tells the difference. The file is what {@link EvaluationStatistics#read}
     * reads, complete in the end. A file beside it, with {@code .images} at the end of its name,
     * keeps the SHA-256 of the images' bytes: an image that changed under its name is an error.
     *
     * @param checkpoint the file, and how often it is written; none by default
     * @return this builder
     */
    public Builder withCheckpoint(Checkpoint checkpoint) {
      this.checkpoint = Objects.requireNonNull(checkpoint, "checkpoint");
      return this;
    }

    /**
     * Makes the evaluator.
     *
     * @return an evaluator of these options
     */
    public Evaluator build() {
      return new Evaluator(this);
    }

    private static int positive(int value, String what) {
      if (value < 1) {
        throw new IllegalArgumentException("Expected 1 or more " + what + ", found " + value);
      }
      return value;
    }
  }
}

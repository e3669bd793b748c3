package io.github.calib8.rounding;

import com.google.common.primitives.Doubles;
import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.PairedErrors;
import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.quantization.RoundedLayer;
import io.github.calib8.quantization.Rounding;
import io.github.calib8.quantization.WeightedLayer;
import io.github.calib8.work.Arguments;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;

/**
 * Rounds the weights of a plan by what they multiply in a few calibration images, which makes the
 * INT8 model nearer to the FP32 model and nothing else of it different: as large, as fast.
 *
 * <p>The first images of the calibration set round, those behind them decide: a layer keeps the
 * nearest integers where its output is not nearer by more than noise, all of them do where the INT8
 * model is no nearer. The result depends on these images and their order alone: not on the batch
 * size or the number of threads. Memory does not depend on the number of images; the listener is
 * told beforehand how much it takes.
 *
 * <p>Immutable and thread-safe. Interrupting the thread that runs one cancels it: it throws a
 * {@link CancellationException}, frees all it holds, and leaves the thread interrupted.
 *
 * @see Rounding#inputs()
 */
public final class WeightRounder {
  /**
   * In standard errors: the model need be no farther. That each layer is nearer is shown already,
   * and that a model is takes more images than there is time for.
   */
  private static final double GUARD = 0;

  private static final String RUNNING = "running the FP32 model";
  private static final String READING = "reading what weights multiply";
  private static final String ROUNDING = "rounding weights";
  private static final String COMPARING = "comparing roundings";
  private static final String IMAGES = "images";
  private static final String LAYERS = "layers";

  private final OnnxModel fp32;
  private final Rounding rounding;
  private final int threads;
  private final UnreadableImages unreadable;
  private final ProgressListener listener;

  private WeightRounder(Builder builder) {
    this.fp32 = builder.fp32;
    this.rounding = builder.rounding;
    this.threads = builder.threads;
    this.unreadable = builder.unreadable;
    this.listener = builder.listener;
  }

  /**
   * Starts to configure a rounder.
   *
   * @param fp32 an FP32 model of one input {@code [N, C, H, W]}
   * @return a builder with defaults for everything else
   */
  public static Builder builder(OnnxModel fp32) {
    return new Builder(fp32);
  }

  /**
   * Rounds.
   *
   * @param plan a plan of a quantizer, for the model
   * @param batches the calibration set, of which the first images are used: half as many again as
   *     {@link Rounding#images}, or what there is, but with fewer than 3 images nothing is tried
   * @return the plan, rounded
   * @throws IllegalArgumentException if the plan is of another model, or the batches are not what
   *     the model's input takes
   * @throws io.github.calib8.dataset.DatasetException if an image cannot be read, unless such
   *     images are skipped
   * @throws io.github.calib8.engine.EngineException if the engine refuses a model
   */
  public RoundedPlan round(QuantizationPlan plan, BatchSource batches) {
    return roundAll(List.of(plan), batches).get(0);
  }

  /**
   * Rounds several plans of one target, as several methods of calibration make them. A layer that
   * has the same integers of the same scales in several plans, as is usual, is rounded once.
   *
   * @param plans plans of a quantizer, for the model; may be empty
   * @param batches as for {@link #round}
   * @return the plans, rounded, each as {@link #round} does it
   * @throws IllegalArgumentException as {@link #round}, or if the plans are of several targets
   * @throws io.github.calib8.dataset.DatasetException as {@link #round}
   * @throws io.github.calib8.engine.EngineException as {@link #round}
   */
  public List<RoundedPlan> roundAll(List<QuantizationPlan> plans, BatchSource batches) {
    if (plans.stream().map(QuantizationPlan::target).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "Expected plans of one target, found "
              + plans.stream().map(QuantizationPlan::target).toList());
    }
    Sampling sampling = Sampling.of(rounding.images(), batches.imageCount());
    SharedLayers layers = SharedLayers.of(plans);
    if (rounding.images() == 0 || sampling.fitted() < 1 || layers.distinct().isEmpty()) {
      return plans.stream().map(RoundedPlan::unchanged).toList();
    }
    FirstImages images =
        new FirstImages(
            batches,
            LoaderOptions.defaults().withThreads(threads).withUnreadable(unreadable),
            threads);
    int end = sampling.compared(batches.imageCount());
    List<List<WeightedLayer>> passes = LayerPasses.of(layers.distinct(), sampling);
    int compared = end - sampling.fitted();
    int runs = 2 * plans.size() * compared;
    listener.cost(RoundingCost.of(passes, sampling, compared + runs, threads).toString());
    // Before anything is rounded: the engine takes twice the size of a model to open it, and the
    // heap, which grows with what rounding needs, hardly shrinks again.
    OutputDivergence divergence =
        new OutputDivergence(
            fp32, images, sampling.fitted(), end, progress(RUNNING, IMAGES, compared, 0));
    Set<String> names = new LinkedHashSet<>();
    List<RoundedLayer> rounded = round(plans.get(0), passes, sampling, images, names);
    List<RoundedPlan> all = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      List<RoundedLayer> ofPlan = layers.of(i, rounded);
      QuantizationPlan candidate = plans.get(i).withRounding(ofPlan, names);
      Quantizer quantizer = Quantizer.forTarget(candidate.target());
      int before = 2 * i * compared;
      Map<String, Double> nearest =
          divergence.of(
              quantizer.quantize(fp32, plans.get(i)), progress(COMPARING, IMAGES, runs, before));
      Map<String, Double> byInputs =
          divergence.of(
              quantizer.quantize(fp32, candidate),
              progress(COMPARING, IMAGES, runs, before + compared));
      all.add(choose(candidate, ofPlan, nearest, byInputs, sampling));
    }
    return all;
  }

  /**
   * The candidate, or its layers rounded to nearest if it is no nearer on the images that decide.
   */
  private static RoundedPlan choose(
      QuantizationPlan candidate,
      List<RoundedLayer> layers,
      Map<String, Double> nearest,
      Map<String, Double> byInputs,
      Sampling sampling) {
    double[] before = Doubles.toArray(nearest.values());
    double[] after = Doubles.toArray(byInputs.values());
    List<RoundedLayer> kept =
        PairedErrors.areLess(after, before, GUARD)
            ? List.of()
            : layers.stream()
                .map(layer -> layer.asNearest("since the model is no nearer by the inputs"))
                .toList();
    return new RoundedPlan(
        candidate.withRounding(kept, nearest.keySet()),
        sampling.fitted(),
        before.length,
        PairedErrors.mean(before),
        PairedErrors.mean(after));
  }

  private List<RoundedLayer> round(
      QuantizationPlan plan,
      List<List<WeightedLayer>> passes,
      Sampling sampling,
      FirstImages images,
      Set<String> names) {
    int layers = passes.stream().mapToInt(List::size).sum();
    List<RoundedLayer> rounded = new ArrayList<>();
    try (LayerThreads workers = new LayerThreads(threads)) {
      // The last layers first: what they read takes all of the model, and of VGG-16 most of its
      // weights, which are better opened while the heap is small.
      for (int pass = passes.size() - 1; pass >= 0; pass--) {
        int before = (passes.size() - 1 - pass) * sampling.images();
        int all = passes.size() * sampling.images();
        Map<String, Map<String, List<float[]>>> inputs =
            LayerInputs.read(
                plan,
                passes.get(pass),
                fp32.fixedBatch().orElse(1),
                sampling,
                images,
                progress(READING, IMAGES, all, before));
        names.addAll(inputs.keySet());
        rounded.addAll(
            0,
            workers.round(
                passes.get(pass),
                inputs.values(),
                sampling.fitted(),
                progress(ROUNDING, LAYERS, layers, rounded.size())));
      }
    }
    return rounded;
  }

  /** Tells the listener of a phase, of which some is done. */
  private IntConsumer progress(String phase, String unit, int total, int before) {
    IntConsumer told =
        done -> {
          listener.progress(new Progress(phase, before + done, total, unit));
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("Interrupted while " + phase);
          }
        };
    told.accept(0);
    return told;
  }

  /** Configures a {@link WeightRounder}. Not thread-safe. */
  public static final class Builder {
    private final OnnxModel fp32;
    private Rounding rounding = Rounding.inputs();
    private int threads = Runtime.getRuntime().availableProcessors();
    private UnreadableImages unreadable = UnreadableImages.FAIL;
    private ProgressListener listener = progress -> {};

    private Builder(OnnxModel fp32) {
      this.fp32 = Objects.requireNonNull(fp32, "fp32");
    }

    /**
     * Sets how weights are rounded.
     *
     * @param newRounding {@link Rounding#inputs()} by default; {@link Rounding#nearest()} leaves
     *     plans as they are
     * @return this
     */
    public Builder withRounding(Rounding newRounding) {
      this.rounding = Objects.requireNonNull(newRounding, "rounding");
      return this;
    }

    /**
     * Sets the number of threads; does not change the result.
     *
     * @param newThreads 1 or more: as many decode images, run the model, and round layers; by
     *     default one for each processor
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder withThreads(int newThreads) {
      this.threads = Arguments.atLeast(1, newThreads, "threads");
      return this;
    }

    /**
     * Sets what becomes of images that cannot be read.
     *
     * @param newUnreadable an error by default; for a skipped image the next one is taken
     * @return this
     */
    public Builder withUnreadableImages(UnreadableImages newUnreadable) {
      this.unreadable = Objects.requireNonNull(newUnreadable, "unreadable");
      return this;
    }

    /**
     * Sets who is told how far a run has come.
     *
     * @param newListener called on the thread that rounds
     * @return this
     */
    public Builder withProgress(ProgressListener newListener) {
      this.listener = Objects.requireNonNull(newListener, "listener");
      return this;
    }

    /**
     * Makes the rounder.
     *
     * @return it
     */
    public WeightRounder build() {
      return new WeightRounder(this);
    }
  }
}

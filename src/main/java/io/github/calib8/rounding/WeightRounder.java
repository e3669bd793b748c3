package io.github.calib8.rounding;

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
import java.util.function.IntConsumer;

/**
 * Rounds the weights of a plan by what they multiply in a few calibration images, which makes the
 * INT8 model nearer to the FP32 model and nothing else of it different: as large, as fast.
 *
 * <p>The first images of the calibration set round, those behind them decide: a layer keeps the
 * nearest integers where its output is not nearer by more than noise, all of them do where the INT8
 * model is no nearer. The result depends on these images and their order alone: not on the batch
 * size or the number of threads. Memory does not depend on the number of images; it takes up to 500
 * MB beside the models.
 *
 * <p>Immutable and thread-safe.
 *
 * @see Rounding#inputs()
 */
public final class WeightRounder {
  /**
   * In standard errors: the model need be no farther. That each layer is nearer is shown already,
   * and that a model is takes more images than there is time for.
   */
  private static final double GUARD = 0;

  private static final String READING = "reading what weights multiply";
  private static final String COMPARING = "comparing roundings";

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
    Sampling sampling = Sampling.of(rounding.images(), batches.imageCount());
    List<WeightedLayer> layers = plan.weightedLayers();
    if (rounding.images() == 0 || sampling.fitted() < 1 || layers.isEmpty()) {
      return RoundedPlan.unchanged(plan);
    }
    Quantizer quantizer = Quantizer.forTarget(plan.target());
    OnnxModel nearest = quantizer.quantize(fp32, plan);
    FirstImages images =
        new FirstImages(
            batches,
            LoaderOptions.defaults().withThreads(threads).withUnreadable(unreadable),
            threads);
    Set<String> names = new LinkedHashSet<>();
    List<RoundedLayer> rounded = roundAll(plan, layers, sampling, images, names);
    QuantizationPlan candidate = plan.withRounding(rounded, names);
    OnnxModel byInputs = quantizer.quantize(fp32, candidate);
    int end = sampling.compared(batches.imageCount());
    Map<String, double[]> divergences =
        new OutputDivergence(fp32, List.of(nearest, byInputs))
            .of(images, sampling.fitted(), end, progress(COMPARING, end - sampling.fitted(), 0));
    names.addAll(divergences.keySet());
    double[] before = divergences.values().stream().mapToDouble(of -> of[0]).toArray();
    double[] after = divergences.values().stream().mapToDouble(of -> of[1]).toArray();
    QuantizationPlan chosen =
        PairedErrors.areLess(after, before, GUARD)
            ? plan.withRounding(rounded, names)
            : plan.withRounding(
                rounded.stream()
                    .map(layer -> layer.asNearest("since the model is no nearer by the inputs"))
                    .toList(),
                names);
    return new RoundedPlan(
        chosen,
        sampling.fitted(),
        divergences.size(),
        PairedErrors.mean(before),
        PairedErrors.mean(after));
  }

  private List<RoundedLayer> roundAll(
      QuantizationPlan plan,
      List<WeightedLayer> layers,
      Sampling sampling,
      FirstImages images,
      Set<String> names) {
    List<List<WeightedLayer>> passes = LayerPasses.of(layers, sampling);
    List<RoundedLayer> rounded = new ArrayList<>();
    try (LayerThreads workers = new LayerThreads(threads)) {
      for (int pass = 0; pass < passes.size(); pass++) {
        Map<String, Map<String, List<float[]>>> inputs =
            LayerInputs.read(
                plan,
                passes.get(pass),
                fp32.fixedBatch().orElse(1),
                sampling,
                images,
                progress(READING, passes.size() * sampling.images(), pass * sampling.images()));
        names.addAll(inputs.keySet());
        rounded.addAll(workers.round(passes.get(pass), inputs.values(), sampling.fitted()));
      }
    }
    return rounded;
  }

  /** Tells the listener of images, of which some are done. */
  private IntConsumer progress(String phase, int total, int before) {
    listener.progress(new Progress(phase, before, total));
    return done -> listener.progress(new Progress(phase, before + done, total));
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

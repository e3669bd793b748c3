package io.github.calib8.diagnosis;

import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InputFit;
import io.github.calib8.evaluation.ScoringSession;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Finds out why an FP32 classifier is less accurate than it should be.
 *
 * <p>Runs the model on the same images under the preprocessing given and under {@linkplain
 * Parameter others} that people mix up with it, and reads the labels in other known ways, which
 * costs nothing. What is best becomes an {@linkplain Explanation explanation} if the images speak
 * for it beyond chance, and the search goes on from there, for a second mistake and a third one. If
 * no single change helps, changes of preprocessing and labels together are tried.
 *
 * <p>What it cannot find: classes in an order of their own, labels that are wrong image by image, a
 * model that is wrong.
 *
 * <p>Immutable and safe for use by several threads. Interrupting the thread that runs one cancels
 * it: it throws a {@link java.util.concurrent.CancellationException}, frees all it holds, and
 * leaves the thread interrupted.
 */
public final class Doctor {
  private static final int BATCH = 25;
  private static final double THRESHOLD = 0.5;

  private final Preprocessing preprocessing;
  private final List<Integer> classesOfIds;
  private final EngineOptions engine;
  private final LoaderOptions loader;
  private final ProgressListener progress;

  private Doctor(Builder builder) {
    this.preprocessing = builder.preprocessing;
    this.classesOfIds = builder.classesOfIds;
    this.engine = EngineOptions.defaults().withThreads(builder.threads);
    this.loader =
        LoaderOptions.defaults().withThreads(builder.threads).withUnreadable(builder.unreadable);
    this.progress = builder.progress;
  }

  /**
   * Starts to describe a doctor.
   *
   * @param preprocessing what makes the model's input of an image, as far as is known
   * @return a builder with the defaults of its methods
   */
  public static Builder builder(Preprocessing preprocessing) {
    return new Builder(Objects.requireNonNull(preprocessing, "preprocessing"));
  }

  /**
   * How many times the model is run on each image for the first explanation; as often again, at
   * most, for each further one.
   *
   * @param model the model
   * @return the number of preprocessings, that given included
   */
  public int runs(OnnxModel model) {
    return 1 + Alternatives.of(preprocessing, named(model)).size();
  }

  /**
   * Looks for explanations.
   *
   * @param model the FP32 model, of one output
   * @param images labeled images, one or more; a label may be no class of the model
   * @return what was found
   * @throws IllegalArgumentException if there is no image, or the model does not take what the
   *     preprocessing makes
   * @throws io.github.calib8.dataset.DatasetException if an image is unreadable and that is an
   *     error, or none is readable
   * @throws io.github.calib8.evaluation.EvaluationException if the output is not a score a class
   * @throws io.github.calib8.engine.EngineException if the engine refuses the model
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public Diagnosis diagnose(OnnxModel model, ImageDataset images) {
    if (images.size() == 0) {
      throw new IllegalArgumentException("Expected at least one image, found none");
    }
    ImageBatches batches = images.batches(BATCH, preprocessing);
    try (ScoringSession session =
        ScoringSession.open(model, engine, Integer.MAX_VALUE, THRESHOLD)) {
      Trials trials =
          new Trials(session, batches, classes -> LabelReading.all(classes, classesOfIds), loader);
      progress.progress(new Progress("as it is", 0, images.size()));
      IntConsumer done = image -> progress.progress(new Progress("as it is", image, images.size()));
      Trial given = first(trials, model, done);
      List<Step> steps = new Search(trials, named(model), progress).steps(given);
      return new Diagnosis(
          new Diagnosis.Basis(model.name(), trials.images(), trials.classes(), trials.skipped()),
          steps,
          isFitting(given) ? Optional.empty() : Optional.of(preprocessing),
          trials.scoreFault());
    }
  }

  private boolean isFitting(Trial given) {
    return given.setting().preprocessing().equals(preprocessing);
  }

  /** Runs what was given; in the other layout if the model takes no other. */
  private Trial first(Trials trials, OnnxModel model, IntConsumer done) {
    Preprocessing other = Alternatives.otherLayout(preprocessing);
    ValueInfo input = model.input();
    if (!InputFit.fits(input, preprocessing.shape()) && InputFit.fits(input, other.shape())) {
      return trials.first(other, done);
    }
    try {
      return trials.first(preprocessing, done);
    } catch (EngineException e) {
      // Where the shape is left open, it is the engine that cannot run a layout.
      try {
        return trials.first(other, done);
      } catch (EngineException ofOther) {
        throw e;
      }
    }
  }

  /** What the model's own metadata says, if it does. */
  private static Optional<Preprocessing> named(OnnxModel model) {
    return Preprocessing.named(model.metadata().get(Preprocessing.METADATA));
  }

  /** The options of a {@link Doctor}. Not safe for use by several threads. */
  public static final class Builder {
    private final Preprocessing preprocessing;
    private List<Integer> classesOfIds = List.of();
    private int threads = EngineOptions.defaults().threads();
    private UnreadableImages unreadable = UnreadableImages.FAIL;
    private ProgressListener progress = step -> {};

    private Builder(Preprocessing preprocessing) {
      this.preprocessing = preprocessing;
    }

    /**
     * Sets which class each ILSVRC ID of the development kit stands for; none by default, and then
     * that order is not tried.
     *
     * @param classes the class of ID 1, of ID 2 and so on: {@link
     *     io.github.calib8.dataset.Ilsvrc2012#classesOfIds()}; used for a model of as many classes
     * @return this builder
     */
    public Builder withClassesOfIds(List<Integer> classes) {
      this.classesOfIds = List.copyOf(classes);
      return this;
    }

    /**
     * Sets the number of threads, of the engine and of those that decode; all cores by default.
     *
     * @param threads 1 or more
     * @return this builder
     */
    public Builder withThreads(int threads) {
      this.threads = threads;
      return this;
    }

    /**
     * Sets what to do about images that cannot be read; {@link UnreadableImages#FAIL} by default.
     *
     * @param unreadable what to do
     * @return this builder
     */
    public Builder withUnreadableImages(UnreadableImages unreadable) {
      this.unreadable = Objects.requireNonNull(unreadable, "unreadable");
      return this;
    }

    /**
     * Sets who is told how far it is; nobody by default.
     *
     * @param progress the listener
     * @return this builder
     */
    public Builder withProgress(ProgressListener progress) {
      this.progress = Objects.requireNonNull(progress, "progress");
      return this;
    }

    /**
     * Makes the doctor.
     *
     * @return the doctor
     */
    public Doctor build() {
      return new Doctor(this);
    }
  }
}

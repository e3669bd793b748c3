package io.github.calib8.cli;

import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageContents;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.evaluation.ClassScores;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which images, and which of them calibrate. */
final class ImageOptions extends ImageSetOptions {

  /** The path of an image in a folder named by a WordNet ID. */
  private static final String SYNSET_FOLDER = "n[0-9]{8}/.*";

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      converter = PositiveNumber.class,
      defaultValue = "25",
      description = "Images a batch. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--calibration-batches",
      paramLabel = "N",
      converter = PositiveNumber.class,
      defaultValue = "50",
      description = "How many batches calibrate, the first ones. Default: ${DEFAULT-VALUE}.")
  private int calibrationBatches;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description = "Use the first N images only, calibration included. Default: all.")
  private @Nullable Integer limit;

  private @Nullable Preprocessing preprocessing;
  private @Nullable ImageBatches batches;
  private List<String> leftOut = List.of();

  /** Says what makes tensors of the images, before anything else is asked of them. */
  void prepareWith(Preprocessing made) {
    preprocessing = made;
  }

  /** The batches that calibrate: the first ones, or all of them if there are not so many. */
  ImageBatches calibrating() throws IOException {
    return batches().first(calibrationBatches);
  }

  /** The same batches where no others measure, and so no image needs a label. */
  ImageBatches onlyCalibrating() throws IOException {
    if (labels == null) {
      batches = batches(unlabeled());
    }
    return calibrating();
  }

  /**
   * The batches that measure: all others.
   *
   * @throws BadInputException if there are none
   */
  ImageBatches measuring() throws IOException {
    ImageBatches batches = batches();
    if (batches.batchCount() <= calibrationBatches) {
      throw new BadInputException(
          ("Expected more than %s images (%s batches of %s calibrate, the others measure), found %s"
                  + " in %s; --calibration-batches sets another number")
              .formatted(
                  (long) calibrationBatches * batchSize,
                  calibrationBatches,
                  batchSize,
                  batches.imageCount(),
                  images));
    }
    return batches.skip(calibrationBatches);
  }

  /**
   * What to know of the images that calibrate, if they are of few of the classes: most often
   * because folders come class by class.
   */
  Optional<String> note() throws IOException {
    long all = groups(batches());
    long seen = groups(calibrating());
    int images = calibrating().imageCount();
    return 2 * seen < Math.min(all, images)
        ? Optional.of(
            "Note: the %s images that calibrate are of %s of %s %s; list all in another order with --labels"
                .formatted(images, seen, all, isLabeled() ? "classes" : "folders"))
        : Optional.empty();
  }

  /**
   * Fails if images are of classes that the model has not: they must not come to light only when
   * they are measured.
   *
   * @throws BadInputException if one is, or class folders are named by some WordNet IDs and nothing
   *     tells which classes these are
   */
  void requireClassesOf(OnnxModel model) throws IOException {
    OptionalInt classes = classes(model);
    for (LabeledImage image : batches().images()) {
      if (classes.isPresent() && image.label() >= classes.getAsInt()) {
        throw new BadInputException(
            "Expected labels from 0 to %s, the classes of '%s', found %s for image '%s'"
                    .formatted(classes.getAsInt() - 1, model.name(), image.label(), image.name())
                + hint(image.label(), classes.getAsInt()));
      }
    }
    if (areFewFolders(classes) && batches().images().get(0).name().matches(SYNSET_FOLDER)) {
      throw new BadInputException(
          "Expected --synsets, which tells the classes of folders named by WordNet IDs, or all %s of '%s', found %s such folders in %s"
              .formatted(classes.getAsInt(), model.name(), groups(batches()), images));
    }
  }

  /** Labels that count from 1 have no class 0, and one class too many. */
  private String hint(int label, int classes) throws IOException {
    boolean fromOne =
        label == classes && batches().images().stream().allMatch(image -> image.label() > 0);
    return fromOne
        ? "; no label is 0, so they may count from 1: calib8 doctor --mended-labels writes others"
        : "";
  }

  /** What to know of the images before the work begins. */
  List<String> notes(OnnxModel model) throws IOException {
    List<String> notes = new ArrayList<>();
    batches();
    if (!leftOut.isEmpty()) {
      notes.add(
          "Note: %s images are left out, for no ImageIO plug-in claims the end of their names; the first is %s"
              .formatted(leftOut.size(), leftOut.get(0)));
    }
    OptionalInt classes = classes(model);
    if (areFewFolders(classes)) {
      notes.add(
          "Note: %s folders stand for the first of the %s classes of '%s', in the order of their names; --labels or --synsets tells others"
              .formatted(groups(batches()), classes.getAsInt(), model.name()));
    }
    return notes;
  }

  /** What to know of images that measure and have calibrated under another name. */
  Optional<String> duplicates() throws IOException {
    if (isReadByCluster() && images.isParquet()) {
      return Optional.of(
          "Note: images that calibrate and measure under two names are not looked for in rows");
    }
    List<ImageContents.Duplicate> seen =
        ImageContents.between(calibrating().images(), measuring().images());
    return seen.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Note: %s images that measure have the bytes of images that calibrate; the first is %s, the same as %s"
                .formatted(seen.size(), seen.get(0).second(), seen.get(0).first()));
  }

  private boolean areFewFolders(OptionalInt classes) throws IOException {
    return labels == null
        && !holdsClasses()
        && synsets == null
        && limit == null
        && isLabeled()
        && classes.isPresent()
        && groups(batches()) < classes.getAsInt();
  }

  /** How many classes a model tells apart, if its output has a shape that says so. */
  private static OptionalInt classes(OnnxModel model) {
    return model.outputs().size() == 1 ? ClassScores.classes(model) : OptionalInt.empty();
  }

  private boolean isLabeled() throws IOException {
    return batches().label(0) != ImageBatch.UNLABELED;
  }

  /** The number of classes; where there are none, of folders. */
  private static long groups(ImageBatches batches) {
    return batches.images().stream().map(ImageOptions::group).distinct().count();
  }

  private static Object group(LabeledImage image) {
    return image.label() == ImageBatch.UNLABELED
        ? image.name().substring(0, image.name().lastIndexOf('/') + 1)
        : (Object) image.label();
  }

  /** All batches; found when first asked for. */
  private ImageBatches batches() throws IOException {
    if (batches == null) {
      batches = batches(labeled());
    }
    return batches;
  }

  private ImageBatches batches(ImageDataset all) {
    leftOut = all.leftOut();
    return limited(limit == null ? all : all.first(limit))
        .batches(batchSize, Objects.requireNonNull(preprocessing, "preprocessing"));
  }
}

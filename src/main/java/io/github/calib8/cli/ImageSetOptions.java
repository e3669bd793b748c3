package io.github.calib8.cli;

import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.ImageFolder;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.dataset.WebDataset;
import io.github.calib8.image.ImageLimits;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which images, and how they are labeled. */
class ImageSetOptions {

  private static final String ILSVRC2012 = "ILSVRC2012_val_";

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR|TAR",
      description =
          "The images: a flat folder, class folders, ILSVRC2012's tar itself, or the shards of a"
              + " WebDataset (one, a folder of them, or a quoted glob).")
  Path images;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "A line an image: its name and its class from 0 or WordNet ID (Caffe's val.txt, Kaggle's"
              + " CSV), or ILSVRC2012's ground truth. Class folders need none, nor do images that"
              + " only calibrate.")
  @Nullable Path labels;

  @Option(
      names = "--synsets",
      paramLabel = "FILE",
      description =
          "ILSVRC2012's synset mapping, for its ground truth, WordNet IDs in labels or as class"
              + " folders, and the classes' names.")
  @Nullable Path synsets;

  @Option(
      names = "--skip-unreadable",
      description = "Leave out images that cannot be read; otherwise they are an error.")
  private boolean skipUnreadable;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      converter = PositiveNumber.class,
      defaultValue = "" + ImageLimits.DEFAULT_PIXELS,
      description =
          "The most pixels of an image; larger ones cannot be read. Default: ${DEFAULT-VALUE}.")
  private int maxPixels;

  @Option(
      names = "--max-image-bytes",
      paramLabel = "N",
      converter = PositiveNumber.class,
      defaultValue = "" + ImageLimits.DEFAULT_FILE_BYTES,
      description =
          "The most bytes of an image's file; larger ones cannot be read. Default:"
              + " ${DEFAULT-VALUE}.")
  private int maxImageBytes;

  /** The files that the options name. */
  final Stream<Path> inputs() {
    return Stream.of(images, labels, synsets).filter(Objects::nonNull);
  }

  /** The same images, within the limits that the options set. */
  final ImageDataset limited(ImageDataset all) {
    return all.withLimits(new ImageLimits(maxPixels, maxImageBytes));
  }

  /** What people call the classes, if a file tells. */
  final List<String> classNames() throws IOException {
    return synsets == null ? List.of() : Ilsvrc2012.classNames(synsets);
  }

  final UnreadableImages unreadableImages() {
    return skipUnreadable ? UnreadableImages.SKIP : UnreadableImages.FAIL;
  }

  final ImageDataset unlabeled() throws IOException {
    if (isWebDataset()) {
      return WebDataset.unlabeled(images);
    }
    return isIlsvrc2012() ? Ilsvrc2012.unlabeled(images) : ImageFolder.unlabeled(images);
  }

  final ImageDataset labeled() throws IOException {
    if (isWebDataset()) {
      return WebDataset.read(images);
    }
    if (isIlsvrc2012()) {
      if (labels == null && synsets != null) {
        return Ilsvrc2012.classFolders(images, synsets);
      }
      if (labels == null && Files.isDirectory(images)) {
        return Ilsvrc2012.classFolders(images);
      }
      if (labels == null) {
        throw new BadInputException(
            "Expected --labels for a file of images, found none: " + images);
      }
      return synsets == null
          ? Ilsvrc2012.validation(images, labels)
          : Ilsvrc2012.validation(images, labels, synsets);
    }
    if (labels != null) {
      return ImageFolder.read(images, labels, synsets);
    }
    return synsets == null ? ImageFolder.read(images) : ImageFolder.synsetFolders(images, synsets);
  }

  /** The images with labels that may be wrong, to find out what is. */
  final ImageDataset withAnyLabels() throws IOException {
    return labels != null && isIlsvrc2012()
        ? Ilsvrc2012.withAnyLabels(images, labels, synsets)
        : labeled();
  }

  /** The class of each ILSVRC ID: those of a synset mapping, or ILSVRC2012's. */
  final List<Integer> classesOfIds() throws IOException {
    List<Integer> classes = synsets == null ? List.of() : Ilsvrc2012.classesOfIds(synsets);
    return classes.isEmpty() ? Ilsvrc2012.classesOfIds() : classes;
  }

  /** An archive with a label file of its own is read as ILSVRC2012's, whatever else is in it. */
  private boolean isWebDataset() throws IOException {
    if (labels != null && Files.isRegularFile(images) || !WebDataset.is(images)) {
      return false;
    }
    if (labels != null) {
      throw new BadInputException(
          "Expected shards of a WebDataset, which hold the classes, without --labels, found both: "
              + images);
    }
    return true;
  }

  private boolean isIlsvrc2012() throws IOException {
    if (!Files.isDirectory(images)) {
      return true;
    }
    // The folder itself may well be a link to another disk.
    try (Stream<Path> files = Files.walk(images, FileVisitOption.FOLLOW_LINKS)) {
      return files.anyMatch(file -> String.valueOf(file.getFileName()).startsWith(ILSVRC2012));
    }
  }
}

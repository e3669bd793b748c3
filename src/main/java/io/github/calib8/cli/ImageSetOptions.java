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
              + " WebDataset (one, a folder of them, or a quoted glob). Where Spark is: Parquet;"
              + " with --spark, a folder's address, such as s3a://BUCKET/FOLDER, as well.")
  ImagePlace images;

  /** Reads what this process does not; null where there is no cluster. */
  private @Nullable Cluster cluster;

  /** Says who reads what lies elsewhere, before anything else is asked of the images. */
  final void readBy(@Nullable Cluster newCluster) {
    cluster = newCluster;
  }

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

  final boolean isReadByCluster() {
    return cluster != null;
  }

  /** The files that the options name. */
  final Stream<Path> inputs() {
    return Stream.of(images.isAddress() ? null : images.path(), labels, synsets)
        .filter(Objects::nonNull);
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
    if (isSparks()) {
      return sparks(false);
    }
    if (isWebDataset()) {
      return WebDataset.unlabeled(images.path());
    }
    return isIlsvrc2012()
        ? Ilsvrc2012.unlabeled(images.path())
        : ImageFolder.unlabeled(images.path());
  }

  final ImageDataset labeled() throws IOException {
    if (isSparks()) {
      return sparks(true);
    }
    if (isWebDataset()) {
      return WebDataset.read(images.path());
    }
    if (isIlsvrc2012()) {
      if (labels == null && synsets != null) {
        return Ilsvrc2012.classFolders(images.path(), synsets);
      }
      if (labels == null && Files.isDirectory(images.path())) {
        return Ilsvrc2012.classFolders(images.path());
      }
      if (labels == null) {
        throw new BadInputException(
            "Expected --labels for a file of images, found none: " + images);
      }
      return synsets == null
          ? Ilsvrc2012.validation(images.path(), labels)
          : Ilsvrc2012.validation(images.path(), labels, synsets);
    }
    if (labels != null) {
      return ImageFolder.read(images.path(), labels, synsets);
    }
    return synsets == null
        ? ImageFolder.read(images.path())
        : ImageFolder.synsetFolders(images.path(), synsets);
  }

  /** The images with labels that may be wrong, to find out what is. */
  final ImageDataset withAnyLabels() throws IOException {
    return labels != null && isIlsvrc2012()
        ? Ilsvrc2012.withAnyLabels(images.path(), labels, synsets)
        : labeled();
  }

  /** The class of each ILSVRC ID: those of a synset mapping, or ILSVRC2012's. */
  final List<Integer> classesOfIds() throws IOException {
    List<Integer> classes = synsets == null ? List.of() : Ilsvrc2012.classesOfIds(synsets);
    return classes.isEmpty() ? Ilsvrc2012.classesOfIds() : classes;
  }

  /** Whether the images bring their classes, and folders stand for none. */
  final boolean holdsClasses() throws IOException {
    return images.isParquet() || !images.isAddress() && isWebDataset();
  }

  private boolean isSparks() throws IOException {
    return images.isAddress() || images.isParquet();
  }

  /** The images that Spark alone can read. */
  private ImageDataset sparks(boolean labeled) throws IOException {
    Cluster reader = cluster;
    if (!images.isParquet()) {
      if (reader == null) {
        throw new BadInputException(
            "Expected --spark with the address of images, found none: " + images);
      }
      return reader.listed(images.text(), labels, synsets, labeled);
    }
    if (labels != null) {
      throw new BadInputException(
          "Expected Parquet, whose rows have the classes, without --labels, found both: " + images);
    }
    if (reader != null) {
      return reader.parquet(images.text());
    }
    if (!ClusterOption.isSparkThere()) {
      throw new BadInputException(
          "Expected Spark 4 for Scala 2.13 on the class path, which reads Parquet, found none: give"
              + " this file to spark-submit, or images that are no Parquet: "
              + images);
    }
    return Cluster.unpacked(images.text());
  }

  /** An archive with a label file of its own is read as ILSVRC2012's, whatever else is in it. */
  private boolean isWebDataset() throws IOException {
    if (labels != null && Files.isRegularFile(images.path()) || !WebDataset.is(images.path())) {
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
    if (!Files.isDirectory(images.path())) {
      return true;
    }
    // The folder itself may well be a link to another disk.
    try (Stream<Path> files = Files.walk(images.path(), FileVisitOption.FOLLOW_LINKS)) {
      return files.anyMatch(file -> String.valueOf(file.getFileName()).startsWith(ILSVRC2012));
    }
  }
}

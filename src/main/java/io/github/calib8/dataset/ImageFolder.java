package io.github.calib8.dataset;

import io.github.calib8.work.Internal;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Any folder of images.
 *
 * <p>Images are the files with a suffix that an ImageIO plug-in on the class path claims (jpg,
 * JPEG, png, ...) or that JPEGs have (jfif, jpe); other files, and names that begin with a dot, are
 * ignored, and {@link ImageDataset#leftOut()} names the images among them. An image is named by its
 * path below the folder, with slashes.
 *
 * <p>Stateless and safe for use by several threads.
 */
public final class ImageFolder {
  private ImageFolder() {}

  /**
   * Returns the images of a folder with one sub-folder for each class, as torchvision's {@code
   * ImageFolder} numbers them: classes from 0 in the order of the sub-folders' names, and images by
   * class, then path. Unlike there, names that are all numbers are in the order of the numbers: 10
   * comes after 9.
   *
   * @param directory the folder; images may lie at any depth within a class
   * @return the images
   * @throws DatasetException if there are no sub-folders, they are the parts of a data set (train
   *     and val), one has no images, or an image lies beside them
   * @throws IOException if the folder cannot be read
   */
  public static ImageDataset read(Path directory) throws IOException {
    List<String> classes = classNames(directory);
    return readClasses(directory, classes, classes::indexOf);
  }

  /**
   * Returns the images of a folder with one sub-folder for each class, named by its WordNet ID
   * ({@code n01440764}): the classes are those of a mapping, which may have more of them than there
   * are sub-folders.
   *
   * @param directory the folder; images may lie at any depth within a class
   * @param synsetMapping tells the classes, in any form that {@link Ilsvrc2012} reads
   * @return the images by class folder, then path
   * @throws DatasetException as {@link #read(Path)}, or if a sub-folder is no class of the mapping
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset synsetFolders(Path directory, Path synsetMapping) throws IOException {
    Synsets synsets = Synsets.read(synsetMapping);
    return readClasses(
        directory,
        classNames(directory),
        name -> {
          int label = synsets.classOf(name);
          if (label < 0) {
            throw new DatasetException(
                "%s: expected a folder named by a WordNet ID of %s, found none"
                    .formatted(directory.resolve(name), synsetMapping));
          }
          return label;
        });
  }

  /**
   * Returns the first image below a folder, of any class.
   *
   * @param directory the folder
   * @return its path below the folder, with slashes; none if there are no images
   * @throws IOException if the folder cannot be read
   */
  @Internal
  public static Optional<String> firstImage(Path directory) throws IOException {
    return new ImageFiles()
        .below(directory, Integer.MAX_VALUE).stream()
            .findFirst()
            .map(file -> ImageFiles.relativeName(directory, file));
  }

  private static ImageDataset readClasses(
      Path directory, List<String> classes, ToIntFunction<String> labels) throws IOException {
    ImageFiles files = new ImageFiles();
    List<Path> stray = files.below(directory, 1);
    if (!stray.isEmpty()) {
      throw new DatasetException(
          directory
              + ": expected one sub-folder for each class (or give a label file), found image "
              + stray.get(0).getFileName()
              + " beside them");
    }
    List<LabeledImage> images = new ArrayList<>();
    for (String className : classes) {
      Path folder = directory.resolve(className);
      int label = labels.applyAsInt(className);
      List<Path> inClass = files.below(directory, folder, Integer.MAX_VALUE);
      if (inClass.isEmpty()) {
        throw new DatasetException(
            folder + ": expected images of a class, found none" + unclaimed(files));
      }
      for (Path file : inClass) {
        images.add(image(directory, file, label));
      }
    }
    if (images.isEmpty()) {
      throw new DatasetException(
          directory + ": expected one sub-folder for each class, found none");
    }
    return ImageDataset.of(images, files);
  }

  /** For a message, if there are images that nobody reads. */
  private static String unclaimed(ImageFiles files) {
    List<String> leftOut = files.leftOut();
    return leftOut.isEmpty()
        ? ""
        : " that an ImageIO plug-in claims, but %s such as %s"
            .formatted(leftOut.size(), leftOut.get(0));
  }

  /**
   * Returns the images of a folder with a label file, in the file's order: on each line a path
   * below the folder, white space or a comma, and the class from 0 ({@code cats/1.jpg 0}).
   *
   * @param directory the folder; images may lie at any depth
   * @param labelFile the labels; lines about images that are not there are ignored
   * @return the images
   * @throws DatasetException if there are no images, an image has no label, or the label file is
   *     malformed: says which line
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset read(Path directory, Path labelFile) throws IOException {
    return read(directory, labelFile, null);
  }

  /**
   * Likewise for a label file that may name the classes by WordNet IDs.
   *
   * @param directory the folder; images may lie at any depth
   * @param labelFile the labels; lines about images that are not there are ignored
   * @param synsetMapping tells the classes, in any form that {@link Ilsvrc2012} reads; null if the
   *     label file has numbers, or WordNet IDs of all 1000 classes of ILSVRC2012
   * @return the images
   * @throws DatasetException as {@link #read(Path, Path)}, or if an ID has no class
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset read(Path directory, Path labelFile, @Nullable Path synsetMapping)
      throws IOException {
    ImageFiles.checkFolder(directory);
    ImageFiles files = new ImageFiles();
    TreeSet<String> names = new TreeSet<>();
    for (Path file : files.below(directory, Integer.MAX_VALUE)) {
      names.add(ImageFiles.relativeName(directory, file));
    }
    return labeled(
        directory.toString(),
        names,
        files,
        labelFile,
        synsetMapping,
        name -> new StoredImage.WholeFile(directory.resolve(name)));
  }

  private static ImageDataset labeled(
      String folder,
      TreeSet<String> names,
      ImageFiles files,
      Path labelFile,
      @Nullable Path synsetMapping,
      Function<String, StoredImage> sources)
      throws IOException {
    Synsets synsets = synsetMapping == null ? null : Synsets.read(synsetMapping);
    Map<String, Integer> labels =
        LabelFile.read(labelFile, "labels").namesAndLabels(Integer.MAX_VALUE, synsets);
    requireSome(folder, names, files);
    List<LabeledImage> images = new ArrayList<>();
    labels.forEach(
        (name, label) -> {
          if (names.remove(name)) {
            images.add(new LabeledImage(name, label, sources.apply(name)));
          } else {
            files.named(name);
          }
        });
    if (!names.isEmpty()) {
      throw new DatasetException(
          labelFile + ": expected a label for image " + names.first() + ", found none");
    }
    return ImageDataset.of(images, files);
  }

  private static void requireSome(String folder, Collection<String> names, ImageFiles files) {
    if (names.isEmpty()) {
      throw new DatasetException(folder + ": expected images, found none" + unclaimed(files));
    }
  }

  /**
   * Returns the images of a folder that is not of this machine's files, such as one in an object
   * store.
   *
   * @param folder what messages call it
   * @param found its files, by path below the folder, with slashes; those that are no images are
   *     left out
   * @param labelFile as for {@link #read(Path, Path)}; null if the first folders of the paths are
   *     the classes
   * @param synsetMapping tells the classes of WordNet IDs, in label file or folders; null if there
   *     are none
   * @return the images, in the label file's order, or by class, then path
   * @throws DatasetException as {@link #read(Path, Path)} and {@link #read(Path)}
   * @throws IOException if a file cannot be read
   */
  @Internal
  public static ImageDataset listed(
      String folder,
      Map<String, ImageSource> found,
      @Nullable Path labelFile,
      @Nullable Path synsetMapping)
      throws IOException {
    ImageFiles files = new ImageFiles();
    TreeSet<String> names = images(found, files);
    Function<String, StoredImage> sources =
        name -> new StoredImage.Streamed(Objects.requireNonNull(found.get(name)));
    if (labelFile != null) {
      return labeled(folder, names, files, labelFile, synsetMapping, sources);
    }
    requireSome(folder, names, files);
    Map<String, List<String>> byClass = new TreeMap<>();
    for (String name : names) {
      int slash = name.indexOf('/');
      if (slash < 0) {
        throw new DatasetException(
            "%s: expected one sub-folder for each class (or give a label file), found image %s beside them"
                .formatted(folder, name));
      }
      byClass.computeIfAbsent(name.substring(0, slash), key -> new ArrayList<>()).add(name);
    }
    Synsets synsets = synsetMapping == null ? null : Synsets.read(synsetMapping);
    List<String> classes = byNumber(List.copyOf(byClass.keySet()));
    List<LabeledImage> images = new ArrayList<>();
    for (String name : classes) {
      int label = synsets == null ? classes.indexOf(name) : synsets.classOf(name);
      if (label < 0) {
        throw new DatasetException(
            "%s/%s: expected a folder named by a WordNet ID of %s, found none"
                .formatted(folder, name, synsetMapping));
      }
      for (String image : Objects.requireNonNull(byClass.get(name))) {
        images.add(new LabeledImage(image, label, sources.apply(image)));
      }
    }
    return ImageDataset.of(images, files);
  }

  /**
   * Likewise without classes.
   *
   * @param folder what messages call it
   * @param found its files, by path below the folder, with slashes
   * @return the images, by path, each of class {@link ImageBatch#UNLABELED}
   * @throws DatasetException if there are no images
   */
  @Internal
  public static ImageDataset listedUnlabeled(String folder, Map<String, ImageSource> found) {
    ImageFiles files = new ImageFiles();
    TreeSet<String> names = images(found, files);
    requireSome(folder, names, files);
    return ImageDataset.of(
        names.stream()
            .map(name -> LabeledImage.unlabeled(name, Objects.requireNonNull(found.get(name))))
            .toList(),
        files);
  }

  private static TreeSet<String> images(Map<String, ImageSource> found, ImageFiles files) {
    return found.keySet().stream()
        .filter(files::isImage)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Returns the images of a folder without classes: they can calibrate, but not be evaluated on.
   *
   * @param directory the folder; images may lie at any depth, but not in hidden folders
   * @return the images, by path, each of class {@link ImageBatch#UNLABELED}
   * @throws DatasetException if there are no images
   * @throws IOException if the folder cannot be read
   */
  public static ImageDataset unlabeled(Path directory) throws IOException {
    ImageFiles.checkFolder(directory);
    ImageFiles files = new ImageFiles();
    List<LabeledImage> images = new ArrayList<>();
    for (Path file : files.below(directory, Integer.MAX_VALUE)) {
      images.add(image(directory, file, ImageBatch.UNLABELED));
    }
    if (images.isEmpty()) {
      throw new DatasetException(directory + ": expected images, found none" + unclaimed(files));
    }
    return ImageDataset.of(images, files);
  }

  private static LabeledImage image(Path directory, Path file, int label) {
    return new LabeledImage(
        ImageFiles.relativeName(directory, file), label, new StoredImage.WholeFile(file));
  }

  private static List<String> classNames(Path directory) throws IOException {
    ImageFiles.checkFolder(directory);
    ImageFiles.checkParts(directory);
    try (Stream<Path> children = Files.list(directory)) {
      return children
          .filter(Files::isDirectory)
          .map(ImageFiles::name)
          .filter(name -> !name.startsWith("."))
          .sorted()
          .collect(Collectors.collectingAndThen(Collectors.toList(), ImageFolder::byNumber));
    }
  }

  /** By number if all are numbers; those that begin with zeros come first among equals. */
  private static List<String> byNumber(List<String> sorted) {
    return sorted.stream().allMatch(name -> name.matches("[0-9]+"))
        ? sorted.stream().sorted(Comparator.comparing(BigInteger::new)).toList()
        : sorted;
  }
}

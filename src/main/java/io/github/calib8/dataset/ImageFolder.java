package io.github.calib8.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Any folder of images.
 *
 * <p>Images are the files with a suffix that an ImageIO plug-in on the class path claims (jpg,
 * JPEG, png, ...); other files, and names that begin with a dot, are ignored. An image is named by
 * its path below the folder, with slashes.
 *
 * <p>Stateless and safe for use by several threads.
 */
public final class ImageFolder {
  private ImageFolder() {}

  /**
   * Returns the images of a folder with one sub-folder for each class, as torchvision's {@code
   * ImageFolder} numbers them: classes from 0 in the order of the sub-folders' names, and images by
   * class, then path.
   *
   * @param directory the folder; images may lie at any depth within a class
   * @return the images
   * @throws DatasetException if there are no sub-folders, one has no images, or an image lies
   *     beside them
   * @throws IOException if the folder cannot be read
   */
  public static ImageDataset read(Path directory) throws IOException {
    ImageFiles.checkFolder(directory);
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
    int label = 0;
    for (String className : classNames(directory)) {
      Path folder = directory.resolve(className);
      List<Path> inClass = files.below(folder, Integer.MAX_VALUE);
      if (inClass.isEmpty()) {
        throw new DatasetException(folder + ": expected images of a class, found none");
      }
      for (Path file : inClass) {
        images.add(image(directory, file, label));
      }
      label++;
    }
    if (images.isEmpty()) {
      throw new DatasetException(
          directory + ": expected one sub-folder for each class, found none");
    }
    return ImageDataset.of(images);
  }

  /**
   * Returns the images of a folder with a label file, in the file's order: on each line a path
   * below the folder, white space, and the class from 0 ({@code cats/1.jpg 0}).
   *
   * @param directory the folder; images may lie at any depth
   * @param labelFile the labels; lines about images that are not there are ignored
   * @return the images
   * @throws DatasetException if there are no images, an image has no label, or the label file is
   *     malformed: says which line
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset read(Path directory, Path labelFile) throws IOException {
    ImageFiles.checkFolder(directory);
    Map<String, Integer> labels =
        LabelFile.read(labelFile, "labels").namesAndLabels(Integer.MAX_VALUE);
    TreeSet<String> names = new TreeSet<>();
    for (Path file : new ImageFiles().below(directory, Integer.MAX_VALUE)) {
      names.add(ImageFiles.relativeName(directory, file));
    }
    if (names.isEmpty()) {
      throw new DatasetException(directory + ": expected images, found none");
    }
    List<LabeledImage> images = new ArrayList<>();
    labels.forEach(
        (name, label) -> {
          if (names.remove(name)) {
            images.add(image(directory, directory.resolve(name), label));
          }
        });
    if (!names.isEmpty()) {
      throw new DatasetException(
          labelFile + ": expected a label for image " + names.first() + ", found none");
    }
    return ImageDataset.of(images);
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
    List<LabeledImage> images = new ArrayList<>();
    for (Path file : new ImageFiles().below(directory, Integer.MAX_VALUE)) {
      LabeledImage image = image(directory, file, ImageBatch.UNLABELED);
      if (!("/" + image.name()).contains("/.")) {
        images.add(image);
      }
    }
    if (images.isEmpty()) {
      throw new DatasetException(directory + ": expected images, found none");
    }
    return ImageDataset.of(images);
  }

  private static LabeledImage image(Path directory, Path file, int label) {
    return new LabeledImage(
        ImageFiles.relativeName(directory, file), label, new ImageSource.WholeFile(file));
  }

  private static List<String> classNames(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children
          .filter(Files::isDirectory)
          .map(child -> String.valueOf(child.getFileName()))
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }
}

package io.github.calib8.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The validation images of ILSVRC2012 (ImageNet's 1000 classes), and any data set in the same
 * layout.
 *
 * <p><b>Images</b>, always in the order of the number at the end of their names ({@code
 * ILSVRC2012_val_00000001.JPEG} is number 1), in one of three layouts:
 *
 * <ul>
 *   <li>a flat folder;
 *   <li>the tar archive itself ({@code ILSVRC2012_img_val.tar}), uncompressed; it is indexed once
 *       and then read by position, never unpacked;
 *   <li>class folders, {@code n01440764/ILSVRC2012_val_00000293.JPEG}.
 * </ul>
 *
 * Not all images need to be there. Files that are no images by their suffix are ignored, as are
 * names that begin with a dot.
 *
 * <p><b>Labels</b>, in one of these forms, told apart by the first line:
 *
 * <ul>
 *   <li>Caffe's {@code val.txt}: {@code ILSVRC2012_val_00000001.JPEG 65} on each line, the class
 *       from 0 in the order of ascending WordNet IDs; folders in front of the name are ignored;
 *   <li>the same with the class's WordNet ID in place of its number, or with a comma instead of the
 *       space, with or without a line of headings: Kaggle's {@code LOC_val_solution.csv}, whose
 *       names lack the suffix. Unless all 1000 IDs occur, a synset mapping tells the classes;
 *   <li>the development kit's {@code ILSVRC2012_validation_ground_truth.txt}: on line i the ILSVRC
 *       ID, from 1, of image number i. The kit's IDs are in another order than everybody's classes,
 *       so this form needs a synset mapping.
 * </ul>
 *
 * <p><b>Synset mapping</b>, a text file with one line for each class, in one of three forms (all
 * lines alike; anything further on a line is ignored):
 *
 * <ul>
 *   <li>{@code 1 n02119789 kit fox}: ILSVRC ID and WordNet ID, as {@code meta.mat} of the
 *       development kit pairs them;
 *   <li>{@code n02119789 1 kit_fox}: the same the other way round, as in {@code map_clsloc.txt} of
 *       later kits. In these two, the class is the WordNet ID's place in ascending order;
 *   <li>{@code n01440764 tench, Tinca tinca}: Caffe's {@code synset_words.txt}. The class is the
 *       line's place in the file; there are no ILSVRC IDs, so it does for {@code val.txt} only,
 *       where it tells how many classes there are.
 * </ul>
 *
 * With a mapping, images in folders named by WordNet IDs must carry the label of their folder.
 *
 * <p>Source: <a href="https://www.image-net.org/challenges/LSVRC/2012/">ILSVRC2012</a>. Stateless
 * and safe for use by several threads.
 */
public final class Ilsvrc2012 {
  static final int CLASSES = 1000;
  private static final Pattern NUMBERED = Pattern.compile("(?:.*[^0-9])?([0-9]+)\\.[^.]+");

  private Ilsvrc2012() {}

  private record NumberedImage(String name, String folder, long number, StoredImage source) {}

  /**
   * Returns the images with the labels of a {@code val.txt} of 1000 classes.
   *
   * @param images a folder or a tar archive
   * @param labels {@code val.txt}
   * @return the images in file-number order
   * @throws DatasetException if there are no images, an image has no label or a number twice, or
   *     the label file is malformed: says which line
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset validation(Path images, Path labels) throws IOException {
    return read(images, labels, null);
  }

  /**
   * Returns the images with the labels of a {@code val.txt} or of the development kit's ground
   * truth.
   *
   * @param images a folder or a tar archive
   * @param labels {@code val.txt} or {@code ILSVRC2012_validation_ground_truth.txt}
   * @param synsetMapping tells the classes; of a form that has ILSVRC IDs if {@code labels} is the
   *     ground truth
   * @return the images in file-number order
   * @throws DatasetException if there are no images, an image has no label or a number twice, or a
   *     file is malformed: says which line
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset validation(Path images, Path labels, Path synsetMapping)
      throws IOException {
    return read(images, labels, Synsets.read(synsetMapping));
  }

  /**
   * Returns the images without labels: they can calibrate, but not be evaluated on.
   *
   * @param images a folder or a tar archive
   * @return the images in file-number order, each of class {@link ImageBatch#UNLABELED}
   * @throws DatasetException if there are no images, or a number twice
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset unlabeled(Path images) throws IOException {
    ImageFiles files = new ImageFiles();
    return ImageDataset.of(
        numbered(images, files).stream()
            .map(image -> new LabeledImage(image.name, ImageBatch.UNLABELED, image.source))
            .toList(),
        files);
  }

  /**
   * Returns the images of class folders, which need no labels: {@code
   * n01440764/ILSVRC2012_val_00000293.JPEG} is of the class of its folder, the place of its WordNet
   * ID among all 1000 in ascending order.
   *
   * @param images a folder or a tar archive
   * @return the images in file-number order
   * @throws DatasetException if there are no images, one is in no such folder or has a number
   *     twice, or a class has none: the others' places would be unknown
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset classFolders(Path images) throws IOException {
    ImageFiles files = new ImageFiles();
    List<NumberedImage> numbered = numbered(images, files);
    TreeSet<String> folders = new TreeSet<>();
    for (NumberedImage image : numbered) {
      requireSynsetFolder(images, image);
      folders.add(image.folder);
    }
    if (folders.size() != CLASSES) {
      throw new DatasetException(
          "%s: expected a label file or synset mapping, or folders of all %s classes, found %s folders"
              .formatted(images, CLASSES, folders.size()));
    }
    List<String> classes = List.copyOf(folders);
    return ImageDataset.of(
        numbered.stream()
            .map(
                image ->
                    new LabeledImage(
                        image.name, Collections.binarySearch(classes, image.folder), image.source))
            .toList(),
        files);
  }

  private static void requireSynsetFolder(Path images, NumberedImage image) {
    if (!image.folder.matches(Synsets.WNID)) {
      throw new DatasetException(
          images
              + ": expected a label file, or images in folders named by WordNet IDs as n01440764,"
              + " found "
              + (image.folder.isEmpty() ? "" : image.folder + "/")
              + image.name);
    }
  }

  /**
   * Returns the images of class folders, of any part of the classes.
   *
   * @param images a folder or a tar archive
   * @param synsetMapping tells the classes, in any of its forms
   * @return the images in file-number order
   * @throws DatasetException if there are no images, one is in no folder of a class of the mapping
   *     or has a number twice
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset classFolders(Path images, Path synsetMapping) throws IOException {
    Synsets synsets = Synsets.read(synsetMapping);
    ImageFiles files = new ImageFiles();
    List<LabeledImage> labeled = new ArrayList<>();
    for (NumberedImage image : numbered(images, files)) {
      requireSynsetFolder(images, image);
      int label = synsets.classOf(image.folder);
      if (label < 0) {
        throw new DatasetException(
            "%s: expected folders of classes of %s, found %s/%s"
                .formatted(images, synsetMapping, image.folder, image.name));
      }
      labeled.add(new LabeledImage(image.name, label, image.source));
    }
    return ImageDataset.of(labeled, files);
  }

  /**
   * Returns what people call the classes.
   *
   * @param synsetMapping tells the classes, in any of its forms
   * @return the words of each class, by class; underscores are spaces; empty where a line has none
   * @throws DatasetException if the file is malformed: says which line
   * @throws IOException if the file cannot be read
   */
  public static List<String> classNames(Path synsetMapping) throws IOException {
    return Synsets.read(synsetMapping).names();
  }

  /**
   * Returns which class each ILSVRC ID of the development kit stands for: the place of its WordNet
   * ID among all 1000 in ascending order.
   *
   * @return the class, from 0, of ID 1, of ID 2 and so on; unmodifiable
   */
  public static List<Integer> classesOfIds() {
    return DevelopmentKit.CLASSES_OF_IDS;
  }

  /**
   * Returns which class each ILSVRC ID of a synset mapping stands for.
   *
   * @param synsetMapping tells the classes, in any of its forms
   * @return the class, from 0, of ID 1, of ID 2 and so on, unmodifiable; empty if the mapping has
   *     no IDs
   * @throws DatasetException if the file is malformed: says which line
   * @throws IOException if the file cannot be read
   */
  public static List<Integer> classesOfIds(Path synsetMapping) throws IOException {
    Synsets synsets = Synsets.read(synsetMapping);
    return synsets.hasIds()
        ? IntStream.rangeClosed(1, synsets.size()).mapToObj(synsets::classOfId).toList()
        : List.of();
  }

  /**
   * Returns the images with labels that may be wrong, to find out what is: numbers are not checked,
   * neither against the number of classes nor against folders.
   *
   * @param images a folder or a tar archive
   * @param labels {@code val.txt}, in any of its forms
   * @param synsetMapping tells the classes of WordNet IDs; null if there is none
   * @return the images in file-number order
   * @throws DatasetException if there are no images, an image has no label or a number twice, or a
   *     file is malformed otherwise: says which line
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset withAnyLabels(Path images, Path labels, @Nullable Path synsetMapping)
      throws IOException {
    Synsets synsets = synsetMapping == null ? null : Synsets.read(synsetMapping);
    LabelFile file = LabelFile.read(labels, "labels");
    return labeled(
        images,
        labels,
        file.hasNames() ? valTxt(file, synsets, Integer.MAX_VALUE) : groundTruth(file, synsets),
        null);
  }

  private static ImageDataset read(Path path, Path labelPath, @Nullable Synsets synsets)
      throws IOException {
    LabelFile file = LabelFile.read(labelPath, "labels");
    int last = (synsets == null ? CLASSES : synsets.size()) - 1;
    return labeled(
        path,
        labelPath,
        file.hasNames() ? valTxt(file, synsets, last) : groundTruth(file, synsets),
        synsets);
  }

  private static ImageDataset labeled(
      Path path, Path labelPath, ToIntFunction<NumberedImage> labels, @Nullable Synsets synsets)
      throws IOException {
    ImageFiles files = new ImageFiles();
    List<LabeledImage> images = new ArrayList<>();
    for (NumberedImage image : numbered(path, files)) {
      int label = labels.applyAsInt(image);
      if (label < 0) {
        throw new DatasetException(
            labelPath + ": expected a label for image " + image.name + ", found none");
      }
      if (synsets != null) {
        synsets.checkFolder(image.name, image.folder, label);
      }
      images.add(new LabeledImage(image.name, label, image.source));
    }
    return ImageDataset.of(images, files);
  }

  private static ToIntFunction<NumberedImage> valTxt(
      LabelFile file, @Nullable Synsets synsets, int last) {
    Map<String, Integer> labels = new HashMap<>();
    file.namesAndLabels(last, synsets)
        .forEach(
            (name, label) -> {
              String fileName = name.substring(name.lastIndexOf('/') + 1);
              if (labels.putIfAbsent(fileName, label) != null) {
                throw new DatasetException(
                    file.path() + ": expected each image once, found " + fileName + " twice");
              }
            });
    return image ->
        labels.getOrDefault(image.name, labels.getOrDefault(withoutSuffix(image.name), -1));
  }

  private static String withoutSuffix(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static ToIntFunction<NumberedImage> groundTruth(
      LabelFile file, @Nullable Synsets synsets) {
    LabelFile.Line first = file.lines().get(0);
    // Neither form: say so rather than ask for a mapping.
    file.number(
        first,
        first.text(),
        1,
        Integer.MAX_VALUE,
        "an image's name and its class, or an ILSVRC ID");
    if (synsets == null || !synsets.hasIds()) {
      throw new DatasetException(
          file.path()
              + ": expected a synset mapping with ILSVRC IDs beside this file of ILSVRC IDs, found "
              + (synsets == null ? "none" : "one without IDs"));
    }
    int[] labels = new int[file.lines().size()];
    for (LabelFile.Line line : file.lines()) {
      int id = file.number(line, line.text(), 1, synsets.size(), "an ILSVRC ID of");
      labels[line.number() - 1] = synsets.classOfId(id);
    }
    return image ->
        image.number >= 1 && image.number <= labels.length ? labels[(int) image.number - 1] : -1;
  }

  private static List<NumberedImage> numbered(Path path, ImageFiles files) throws IOException {
    Map<Long, NumberedImage> images = new TreeMap<>();
    for (TarImages.Entry entry : list(path, files)) {
      NumberedImage image = number(path, entry);
      NumberedImage other = images.putIfAbsent(image.number, image);
      if (other != null) {
        throw new DatasetException(
            String.format(
                Locale.ROOT,
                "%s: expected each image number once, found %s and %s",
                path,
                other.folder + "/" + other.name,
                entry.path()));
      }
    }
    if (images.isEmpty()) {
      throw new DatasetException(
          path + ": expected images named like ILSVRC2012_val_00000001.JPEG, found none");
    }
    return List.copyOf(images.values());
  }

  private static List<TarImages.Entry> list(Path path, ImageFiles files) throws IOException {
    if (Files.isRegularFile(path)) {
      return TarImages.index(path).stream()
          .filter(entry -> files.isImage(relative(entry.path())))
          .toList();
    }
    ImageFiles.checkFolder(path);
    ImageFiles.checkParts(path);
    List<TarImages.Entry> entries = new ArrayList<>();
    for (Path file : files.below(path, Integer.MAX_VALUE)) {
      entries.add(
          new TarImages.Entry(
              ImageFiles.relativeName(path, file), new StoredImage.WholeFile(file)));
    }
    return entries;
  }

  /** As {@code tar -C val -cf val.tar .} names files: the dot hides nothing. */
  private static String relative(String path) {
    return path.startsWith("./") ? path.substring(2) : path;
  }

  private static NumberedImage number(Path path, TarImages.Entry entry) {
    String name = fileName(entry.path());
    Matcher matcher = NUMBERED.matcher(name);
    // At most 18 digits: parseLong cannot overflow.
    if (!matcher.matches() || matcher.group(1).length() > 18) {
      throw new DatasetException(
          String.format(
              Locale.ROOT,
              "%s: expected images named like ILSVRC2012_val_00000001.JPEG, found %s",
              path,
              entry.path()));
    }
    String folder = entry.path().substring(0, entry.path().length() - name.length());
    return new NumberedImage(
        name,
        fileName(folder.isEmpty() ? "" : folder.substring(0, folder.length() - 1)),
        Long.parseLong(matcher.group(1)),
        entry.source());
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}

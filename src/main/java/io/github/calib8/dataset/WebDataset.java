package io.github.calib8.dataset;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Images in the shards of a WebDataset: tar archives, plain or gzipped, in which the files of one
 * key belong together: {@code KEY.jpg} and its class, {@code KEY.cls} (a number in text) or {@code
 * KEY.json} (the member {@code label}, or else {@code cls}).
 *
 * <p>A key is a file's path up to the first dot of its name, as WebDataset has it; what follows
 * that dot says what the file is. An image is what {@link ImageFolder} takes for one; files of
 * other kinds are ignored, as are names that begin with a dot. Images come in the order of the
 * shards' names, and within a shard in that of the archive. An image is named by its path in the
 * shard; where a name is in two shards, all are named {@code SHARD/PATH}.
 *
 * <p>Plain shards are indexed once and then read by position. Gzipped ones cannot be: they are
 * unpacked to a temporary file when an image of theirs is asked for, the last few at a time.
 *
 * <p>Source: <a href="https://github.com/webdataset/webdataset">WebDataset</a>. Stateless and safe
 * for use by several threads.
 */
public final class WebDataset {
  private static final List<String> PLAIN = List.of(".tar");
  private static final List<String> GZIPPED = List.of(".tar.gz", ".tgz");

  private WebDataset() {}

  /** An image of a shard. */
  private record Found(Path shard, String path, int label, StoredImage source) {}

  /**
   * Returns the images of shards with their classes.
   *
   * @param shards a shard, a folder of them, or a glob of shards such as {@code val-*.tar} in a
   *     folder
   * @return the images, by shard
   * @throws DatasetException if there is no shard or no image, a shard is damaged, or a key has
   *     several images, none, or no class from 0: names the shard and the key
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset read(Path shards) throws IOException {
    return read(shards, true);
  }

  /**
   * Returns the images of shards without classes: they can calibrate, but not be evaluated on.
   *
   * @param shards as for {@link #read(Path)}
   * @return the images, by shard, each of class {@link ImageBatch#UNLABELED}
   * @throws DatasetException if there is no shard or no image, a shard is damaged, or a key has
   *     several images: names the shard and the key
   * @throws IOException if a file cannot be read
   */
  public static ImageDataset unlabeled(Path shards) throws IOException {
    return read(shards, false);
  }

  /**
   * Tells whether a path is one of shards: a glob, a gzipped archive, a folder of archives and no
   * images, or an archive with a class beside its first image.
   *
   * @param path any path
   * @return whether {@link #read(Path)} is meant for it
   * @throws IOException if it cannot be read
   */
  public static boolean is(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return !shardsIn(path, file -> true).isEmpty()
          && new ImageFiles().below(path, Integer.MAX_VALUE).isEmpty();
    }
    if (Files.isRegularFile(path)) {
      return isNamed(path, GZIPPED) || isNamed(path, PLAIN) && ShardKeys.haveClasses(path);
    }
    return isGlob(path);
  }

  private static ImageDataset read(Path path, boolean labeled) throws IOException {
    ImageFiles files = new ImageFiles();
    List<Found> found = new ArrayList<>();
    for (Path shard : shards(path)) {
      for (ShardKeys.Sample sample : ShardKeys.of(shard, files)) {
        ShardKeys.Image image = image(shard, sample, labeled);
        if (image != null) {
          int label = labeled ? sample.label(shard) : ImageBatch.UNLABELED;
          found.add(new Found(shard, image.path(), label, image.source()));
        }
      }
    }
    if (found.isEmpty()) {
      throw new DatasetException(path + ": expected images in shards of a WebDataset, found none");
    }
    Set<String> names = new HashSet<>();
    boolean unique = found.stream().allMatch(image -> names.add(image.path));
    return ImageDataset.of(
        found.stream()
            .map(
                image ->
                    new LabeledImage(
                        unique ? image.path : ImageFiles.name(image.shard) + "/" + image.path,
                        image.label,
                        image.source))
            .toList(),
        files);
  }

  /** A key's image; none where only images are asked for and a key has none. */
  private static ShardKeys.@Nullable Image image(
      Path shard, ShardKeys.Sample sample, boolean required) {
    if (sample.images().size() > 1 || required && sample.images().isEmpty()) {
      throw new DatasetException(
          "%s: expected one image of key '%s', found %s"
              .formatted(
                  shard,
                  sample.key(),
                  sample.images().isEmpty()
                      ? "none"
                      : String.join(
                          " and ", sample.images().stream().map(ShardKeys.Image::path).toList())));
    }
    return sample.images().isEmpty() ? null : sample.images().get(0);
  }

  private static List<Path> shards(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      return List.of(path);
    }
    List<Path> found = List.of();
    if (Files.isDirectory(path)) {
      found = shardsIn(path, file -> true);
    } else if (isGlob(path)) {
      Path folder = path.toAbsolutePath().getParent();
      PathMatcher matcher =
          FileSystems.getDefault().getPathMatcher("glob:" + String.valueOf(path.getFileName()));
      found = folder != null && Files.isDirectory(folder) ? shardsIn(folder, matcher) : found;
    }
    if (found.isEmpty()) {
      throw new DatasetException(
          path + ": expected shards of a WebDataset (.tar, .tar.gz or .tgz), found none");
    }
    return found;
  }

  /** In the order of their names. */
  private static List<Path> shardsIn(Path folder, PathMatcher matcher) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> isNamed(file, PLAIN) || isNamed(file, GZIPPED))
          .filter(file -> !ImageFiles.name(file).startsWith(".") && Files.isRegularFile(file))
          .filter(file -> matcher.matches(file.getFileName()))
          .sorted(Comparator.comparing(ImageFiles::name))
          .toList();
    }
  }

  private static boolean isGlob(Path path) {
    return !Files.exists(path) && String.valueOf(path.getFileName()).matches(".*[*?\\[{].*");
  }

  /** Whether a shard is gzipped, by its name. */
  static boolean isGzipped(Path shard) {
    return isNamed(shard, GZIPPED);
  }

  private static boolean isNamed(Path file, List<String> suffixes) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return suffixes.stream().anyMatch(name::endsWith);
  }
}

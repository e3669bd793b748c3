package io.github.calib8.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Which files of a folder are images: those with a file name suffix that an ImageIO plug-in claims.
 */
final class ImageFiles {
  private final Set<String> suffixes =
      Arrays.stream(ImageIO.getReaderFileSuffixes())
          .map(suffix -> suffix.toLowerCase(Locale.ROOT))
          .collect(Collectors.toSet());

  /** Whether the name is an image's; names that begin with a dot are not. */
  boolean isImage(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot > 0
        && !fileName.startsWith(".")
        && suffixes.contains(fileName.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * The images below a folder, as paths that start with it, sorted; links are followed. What turns
   * out to be no file, such as a link to nothing or a pipe, is an image that cannot be read.
   */
  List<Path> below(Path folder, int depth) throws IOException {
    try (Stream<Path> files = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(file -> isImage(String.valueOf(file.getFileName())) && !Files.isDirectory(file))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Fails unless the path is a folder. */
  static void checkFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(
          folder
              + ": expected a folder of images, found "
              + (Files.exists(folder) ? "a file" : "nothing"));
    }
  }

  /** A path in the same text on every system. */
  static String relativeName(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }
}

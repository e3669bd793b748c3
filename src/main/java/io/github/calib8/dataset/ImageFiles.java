package io.github.calib8.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Which files are images, by the suffixes of their names: those that an ImageIO plug-in claims, and
 * what JPEGs are called besides. Names that begin with a dot are none, nor is what lies in a folder
 * of such a name. Counts the others that it meets and that are images all the same: by their
 * suffix, their first bytes, or a label file that names them.
 */
final class ImageFiles {
  private static final Set<String> JPEG = Set.of("jfif", "jpe", "jif", "jfi");

  /** Formats that plug-ins may read; where there is none, their images are left out. */
  private static final Set<String> OTHERS =
      Set.of(
          "webp", "avif", "heic", "heif", "jxl", "jp2", "j2k", "jpx", "tif", "tiff", "tga", "pbm",
          "pgm", "ppm", "pnm", "ico", "psd", "exr", "hdr", "pcx", "svg", "dng", "cr2", "nef");

  /**
   * What lies beside images, by the thousand: nobody takes it for some, and none is looked into.
   */
  private static final Set<String> COMPANIONS =
      Set.of(
          "xml", "json", "jsonl", "txt", "csv", "tsv", "cls", "yaml", "yml", "md", "html", "log",
          "py", "npy", "npz", "mat", "pkl", "db", "parquet", "tar", "tgz", "gz", "zip");

  /** How the files of images begin that are known by it. */
  private static final List<byte[]> BEGINNINGS =
      Stream.of(
              "ffd8ff", "89504e470d0a1a0a", "474946383761", "474946383961", "49492a00", "4d4d002a")
          .map(HexFormat.of()::parseHex)
          .toList();

  /** What the parts of a data set are called. */
  private static final Set<String> PARTS =
      Set.of("train", "training", "val", "valid", "validation", "test", "testing");

  /** What Java puts in place of bytes that are no characters. */
  private static final char UNKNOWN = '\ufffd';

  private final Set<String> suffixes =
      Stream.concat(Arrays.stream(ImageIO.getReaderFileSuffixes()), JPEG.stream())
          .map(suffix -> suffix.toLowerCase(Locale.ROOT))
          .collect(Collectors.toSet());

  private final Set<String> leftOut = new TreeSet<>();

  /** What was met and is no image by its name. */
  private final Set<String> others = new HashSet<>();

  /**
   * Whether a file is an image.
   *
   * @param path its path below the root of the data set, with slashes
   */
  boolean isImage(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (("/" + path).contains("/.")) {
      return false;
    }
    String suffix = suffix(name);
    if (!suffixes.contains(suffix)) {
      others.add(path);
      if (OTHERS.contains(suffix)) {
        leftOut.add(path);
      }
    }
    return suffixes.contains(suffix);
  }

  private static String suffix(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /**
   * Takes note that a label file names a file: if it was met and is no image, it is left out.
   *
   * @param path its path below the root, with slashes
   */
  void named(String path) {
    if (others.contains(path)) {
      leftOut.add(path);
    }
  }

  /** The images met so far whose suffixes no plug-in claims, by path below the root. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /**
   * The images below a folder, as paths that start with it, sorted; links are followed. What turns
   * out to be no file, such as a link to nothing or a pipe, is an image that cannot be read.
   */
  List<Path> below(Path folder, int depth) throws IOException {
    return below(folder, folder, depth);
  }

  /** Likewise for a folder within the data set's root, which the names of what is left out show. */
  List<Path> below(Path root, Path folder, int depth) throws IOException {
    try (Stream<Path> files = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(file -> !Files.isDirectory(file) && isImage(root, file))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private boolean isImage(Path root, Path file) {
    String path = text(root.relativize(file));
    boolean isImage = isImage(path);
    if (!isImage
        && others.contains(path)
        && !COMPANIONS.contains(suffix(path))
        && beginsAsImage(file)) {
      leftOut.add(path);
    }
    return isImage;
  }

  /** What cannot be read, or is no regular file, does not. */
  private static boolean beginsAsImage(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(8);
      return BEGINNINGS.stream()
          .anyMatch(
              begin ->
                  head.length >= begin.length
                      && Arrays.equals(head, 0, begin.length, begin, 0, begin.length));
    } catch (IOException e) {
      return false;
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

  /** Fails if the folder holds the parts of a data set, each of which has the classes. */
  static void checkParts(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      List<String> parts =
          children
              .filter(Files::isDirectory)
              .map(child -> String.valueOf(child.getFileName()))
              .filter(name -> PARTS.contains(name.toLowerCase(Locale.ROOT)))
              .sorted()
              .toList();
      if (parts.size() > 1) {
        throw new DatasetException(
            "%s: expected the images of one data set, found its parts %s: give one of them"
                .formatted(folder, String.join(" and ", parts)));
      }
    }
  }

  /** A path in the same text on every system. */
  static String relativeName(Path root, Path file) {
    return checked(file, text(root.relativize(file)));
  }

  /** The name of a file or folder. */
  static String name(Path file) {
    return checked(file, String.valueOf(file.getFileName()));
  }

  private static String text(Path path) {
    return path.toString().replace('\\', '/');
  }

  /** Names that the system's encoding cannot hold all look alike, and belong to no label. */
  private static String checked(Path file, String name) {
    if (name.indexOf(UNKNOWN) >= 0) {
      throw new DatasetException(
          "%s: expected a name in the encoding of the system, %s, found another; start with LC_ALL=C.UTF-8"
              .formatted(file, System.getProperty("sun.jnu.encoding")));
    }
    return name;
  }
}

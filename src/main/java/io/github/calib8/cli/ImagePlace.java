package io.github.calib8.cli;

import io.github.calib8.dataset.ImageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;

/**
 * Where images lie.
 *
 * @param text a path of this machine, or an address that Spark reads, such as {@code
 *     s3a://bucket/folder}
 * @param onThisMachine the path; empty for an address
 */
record ImagePlace(String text, Optional<Path> onThisMachine) {
  private static final String PARQUET = ".parquet";

  /**
   * Reads a place. A letter and a colon alone are a drive, not an address.
   *
   * @param paths reads a path
   */
  static ImagePlace of(String text, ITypeConverter<Path> paths) throws Exception {
    boolean isAddress = text.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*");
    return new ImagePlace(text, isAddress ? Optional.empty() : Optional.of(paths.convert(text)));
  }

  /** Whether it is no path of this machine. */
  boolean isAddress() {
    return onThisMachine.isEmpty();
  }

  /**
   * Whether it is a file, a folder or a glob of Parquet.
   *
   * @throws BadInputException if a folder has both Parquet and images: nobody knows which are meant
   */
  boolean isParquet() throws IOException {
    if (text.replaceFirst("/+$", "").endsWith(PARQUET)) {
      return true;
    }
    if (isAddress() || !Files.isDirectory(path())) {
      return false;
    }
    List<String> found = parquetIn(path());
    Optional<String> image = found.isEmpty() ? Optional.empty() : ImageFolder.firstImage(path());
    if (image.isPresent()) {
      throw new BadInputException(
          "Expected a folder of Parquet or one of images, found both, such as %s and %s: %s"
              .formatted(found.get(0), image.get(), text));
    }
    return !found.isEmpty();
  }

  private static List<String> parquetIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(PARQUET))
          .sorted()
          .toList();
    }
  }

  Path path() {
    return onThisMachine.orElseThrow();
  }

  @Override
  public String toString() {
    return text;
  }
}

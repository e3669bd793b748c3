package io.github.calib8.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Whether it is a file, a folder or a glob of Parquet. */
  boolean isParquet() throws IOException {
    if (text.replaceFirst("/+$", "").endsWith(PARQUET)) {
      return true;
    }
    if (isAddress() || !Files.isDirectory(path())) {
      return false;
    }
    try (Stream<Path> files = Files.list(path())) {
      return files.anyMatch(file -> String.valueOf(file.getFileName()).endsWith(PARQUET));
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

package io.github.calib8.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where images lie.
 *
 * @param text a path of this machine, or an address that Spark reads, such as {@code
 *     s3a://bucket/folder}
 */
record ImagePlace(String text) {
  private static final String PARQUET = ".parquet";

  /** Whether it is no path of this machine; a letter and a colon alone are a drive. */
  boolean isAddress() {
    return text.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*");
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
    return Path.of(text);
  }

  @Override
  public String toString() {
    return text;
  }

  /** Reads a place. */
  static final class Converter implements ITypeConverter<ImagePlace> {
    @Override
    public ImagePlace convert(String value) {
      ImagePlace place = new ImagePlace(value);
      try {
        if (!place.isAddress()) {
          place.path();
        }
        return place;
      } catch (InvalidPathException e) {
        throw new TypeConversionException("Expected a path, found '" + value + "'");
      }
    }
  }
}

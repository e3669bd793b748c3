package io.github.calib8.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that a command writes: checked before the long work begins, whole or not there at all. */
final class OutputFile {

  private OutputFile() {}

  static void requireWritable(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new BadInputException("Expected the name of a file to write, found a folder: " + file);
    }
    if (!Files.isDirectory(folder)) {
      throw new BadInputException(
          "Expected a folder to write '%s' into, found none at '%s'"
              .formatted(file.getFileName(), folder));
    }
    if (!Files.isWritable(folder)) {
      throw new BadInputException(
          "Expected a folder to write '%s' into, found a read-only one: '%s'"
              .formatted(file.getFileName(), folder));
    }
  }

  static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  static void write(Path file, byte[] bytes) throws IOException {
    Path whole = file.toAbsolutePath();
    Path partial = whole.resolveSibling(whole.getFileName() + ".tmp");
    try {
      Files.write(partial, bytes);
      Files.move(
          partial, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}

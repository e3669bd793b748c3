package io.github.calib8.scale;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Reads and writes text files whole. */
final class CalibrationTableFile {
  private CalibrationTableFile() {}

  static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("No calibration table " + file + ": there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new CalibrationTableException(file + ": expected UTF-8 text", e);
    } catch (IOException e) {
      throw new IOException("Cannot read calibration table " + file + ": " + e.getMessage(), e);
    }
  }

  /** Writes to a temporary file in the same folder and renames it, so that no half file appears. */
  static void write(Path file, String text) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(
          "Cannot write calibration table %s: %s is not a folder".formatted(file, folder));
    }
    if (!Files.isWritable(folder)) {
      throw new IOException(
          "Cannot write calibration table %s: folder %s is read-only".formatted(file, folder));
    }
    // Not Files.createTempFile: its owner-only permissions would stay on the table.
    String unique = Long.toHexString(ProcessHandle.current().pid() ^ System.nanoTime());
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + unique + ".tmp");
    try {
      Files.write(temporary, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE_NEW);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IOException(
          "Cannot write calibration table %s in folder %s: %s"
              .formatted(file, folder, e.getMessage()),
          e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}

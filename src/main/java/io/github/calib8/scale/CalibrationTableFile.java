package io.github.calib8.scale;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a table's text. */
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
}

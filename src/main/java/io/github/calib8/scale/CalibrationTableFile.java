package io.github.calib8.scale;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a table's file. */
final class CalibrationTableFile {
  private CalibrationTableFile() {}

  static String readText(Path file) throws IOException {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read(file))).toString();
      // A byte order mark, which some editors put before UTF-8.
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new CalibrationTableException(file + ": expected UTF-8 text", e);
    }
  }

  static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException("No calibration table " + file + ": there is no such file", e);
    } catch (IOException e) {
      throw new IOException("Cannot read calibration table " + file + ": " + e.getMessage(), e);
    }
  }
}

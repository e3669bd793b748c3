package io.github.calib8.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes files that appear whole or not at all.
 *
 * <p>The content goes to a temporary file in the same folder, which then takes the file's name;
 * what was there before stays until that moment. Safe for use by several threads: the last one
 * wins.
 */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes a file.
   *
   * @param file the file; replaced if it is there
   * @param content its bytes
   * @throws IOException if it cannot be written; the text names the file and the reason
   */
  public static void write(Path file, byte[] content) throws IOException {
    requireWritable(file);
    Path target = file.toAbsolutePath();
    // Not Files.createTempFile: its owner-only permissions would stay on the file.
    String unique = Long.toHexString(ProcessHandle.current().pid() ^ System.nanoTime());
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + unique + ".tmp");
    try {
      Files.write(temporary, content, StandardOpenOption.CREATE_NEW);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IOException("Cannot write " + file + ": " + reason(e), e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Java's file exceptions often hold nothing but a name, here the temporary file's. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException file && file.getReason() == null
        ? "its folder takes no file (" + e.getClass().getSimpleName() + ")"
        : String.valueOf(e.getMessage());
  }

  /**
   * Writes a text file.
   *
   * @param file the file; replaced if it is there
   * @param content its text, written as UTF-8
   * @throws IOException if it cannot be written; the text names the file and the reason
   */
  public static void write(Path file, String content) throws IOException {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Checks that a file could be written, for use before long work.
   *
   * @param file the file, there or not
   * @throws IOException if it is a folder, or its folder is not there or read-only
   */
  public static void requireWritable(Path file) throws IOException {
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IOException(
          "Cannot write " + file + ": expected the name of a file, found a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException("Cannot write " + file + ": there is no folder " + folder);
    }
    if (!Files.isWritable(folder)) {
      throw new IOException("Cannot write " + file + ": folder " + folder + " is read-only");
    }
  }
}

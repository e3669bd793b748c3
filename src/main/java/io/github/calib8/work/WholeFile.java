package io.github.calib8.work;

import com.google.common.primitives.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Reads and writes whole files, which appear whole or not at all.
 *
 * <p>The content goes to a temporary file in the same folder, which then takes the file's name;
 * what was there before stays until that moment. The content is on the disk before it has the name,
 * and the name before {@code write} returns, as far as the file system keeps its word: that
 * outlasts a power cut. Symbolic links are followed. Devices, pipes and sockets are written to.
 * Safe for use by several threads: the last one wins.
 */
@Internal
public final class WholeFile {
  private static final String SUFFIX = ".calib8.tmp";

  /**
   * What Java reads or writes at a time. It goes through memory outside the heap, as much as is
   * asked for at once, which Java keeps for the thread: of a model of 553 MB another 553 MB.
   */
  private static final int PIECE_BYTES = 1 << 20;

  private static final int MOST_IN_AN_ARRAY = Integer.MAX_VALUE - 8;

  private WholeFile() {}

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its bytes
   * @throws IOException if it cannot be read, as {@link Files#readAllBytes} throws it
   */
  public static byte[] read(Path file) throws IOException {
    long size = Files.size(file);
    if (size == 0 || size > MOST_IN_AN_ARRAY) {
      // A pipe, which has no size; or an error that Java says better.
      return Files.readAllBytes(file);
    }
    byte[] bytes = new byte[(int) size];
    try (InputStream in = Files.newInputStream(file)) {
      int length = 0;
      while (length < bytes.length) {
        int read = in.read(bytes, length, Math.min(PIECE_BYTES, bytes.length - length));
        if (read < 0) {
          return Arrays.copyOf(bytes, length);
        }
        length += read;
      }
      // What came meanwhile, or was not in the size: an open pipe of macOS tells what waits in it.
      byte[] more = in.readAllBytes();
      return more.length == 0 ? bytes : Bytes.concat(bytes, more);
    }
  }

  /**
   * Writes a file.
   *
   * @param file the file; replaced if it is there
   * @param content its bytes
   * @throws IOException if it cannot be written; the text names the file and the reason
   */
  public static void write(Path file, byte[] content) throws IOException {
    requireWritable(file);
    try {
      Destination destination = Destination.of(file);
      if (destination.isStream()) {
        try (WritableByteChannel channel =
            Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
          write(channel, content);
        }
      } else {
        replace(destination.path(), content);
      }
    } catch (IOException e) {
      throw new IOException("Cannot write " + file + ": " + reason(e), e);
    }
  }

  private static void replace(Path target, byte[] content) throws IOException {
    boolean isWritten = false;
    while (!isWritten) {
      isWritten = tryToReplace(target, content);
    }
    sync(Objects.requireNonNull(target.getParent()));
  }

  /** False if somebody who sweeps was faster than the lock, and took the file for an old one. */
  private static boolean tryToReplace(Path target, byte[] content) throws IOException {
    // Not Files.createTempFile: its owner-only permissions would stay on the file.
    String unique = Long.toHexString(ProcessHandle.current().pid() ^ System.nanoTime());
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + unique + SUFFIX);
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      if (tryLock(channel) == Lock.OF_ANOTHER || !Files.exists(temporary)) {
        return false;
      }
      write(channel, content);
      channel.force(true);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void write(WritableByteChannel channel, byte[] content) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(content);
    while (rest.hasRemaining()) {
      rest.limit(rest.position() + Math.min(PIECE_BYTES, content.length - rest.position()));
      channel.write(rest);
      rest.limit(content.length);
    }
  }

  /** Has the folder's new name written to the disk; the content is there. */
  private static void sync(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folders, and some network file systems sync none.
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
   * Prepares for a file to be written, for use before long work: checks that it could be, and
   * deletes the temporary files that earlier runs have left of it because they were killed.
   *
   * @param file the file, there or not
   * @throws IOException if it is a folder, or its folder is not there or read-only
   */
  public static void prepare(Path file) throws IOException {
    requireWritable(file);
    sweep(Destination.of(file).path());
  }

  private static void requireWritable(Path file) throws IOException {
    Destination destination = Destination.of(file);
    Path folder = destination.path().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IOException(
          "Cannot write " + file + ": expected the name of a file, found a folder");
    }
    if (destination.isStream()) {
      if (!Files.isWritable(file)) {
        throw new IOException("Cannot write " + file + ": it takes nothing");
      }
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException("Cannot write " + file + ": there is no folder " + folder.normalize());
    }
    if (!Files.isWritable(folder)) {
      throw new IOException(
          "Cannot write " + file + ": folder " + folder.normalize() + " is read-only");
    }
  }

  private static void sweep(Path target) {
    Pattern ours =
        Pattern.compile(
            Pattern.quote("." + target.getFileName() + ".") + "[0-9a-f]+" + Pattern.quote(SUFFIX));
    Path folder = Objects.requireNonNull(target.getParent());
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (ours.matcher(String.valueOf(file.getFileName())).matches()) {
          deleteIfLeft(file);
        }
      }
    } catch (IOException e) {
      // They are in nobody's way.
    }
  }

  /** The lock of a process ends with it: who gets it is alone with the file. */
  private static void deleteIfLeft(Path temporary) throws IOException {
    try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      if (tryLock(channel) == Lock.OURS) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private enum Lock {
    OURS,
    OF_ANOTHER,
    /** On a file system without locks. */
    NONE
  }

  /** Locks a file until the channel is closed, unless another process, or this one, has it. */
  private static Lock tryLock(FileChannel channel) {
    try {
      return channel.tryLock() == null ? Lock.OF_ANOTHER : Lock.OURS;
    } catch (OverlappingFileLockException e) {
      return Lock.OF_ANOTHER;
    } catch (IOException e) {
      return Lock.NONE;
    }
  }
}

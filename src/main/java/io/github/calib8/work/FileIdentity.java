package io.github.calib8.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * Which file a path means, whatever it is called there: paths to one file through symbolic or hard
 * links are of one identity, as are names of a file that is not there yet.
 *
 * <p>Immutable and thread-safe.
 */
@Internal
public final class FileIdentity {
  private final Object key;

  private FileIdentity(Object key) {
    this.key = key;
  }

  /**
   * Finds the identity of a file.
   *
   * @param file the file, there or not
   * @return its identity
   * @throws IOException if the file system cannot tell
   */
  public static FileIdentity of(Path file) throws IOException {
    Path path = Destination.of(file).path();
    if (Files.exists(path)) {
      Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      return new FileIdentity(key == null ? path.toRealPath() : key);
    }
    Path folder = path.getParent();
    return new FileIdentity(
        folder != null && Files.exists(folder)
            ? folder.toRealPath().resolve(path.getFileName())
            : path.normalize());
  }

  /**
   * Whether what is written to a path goes on to somebody else and replaces nothing.
   *
   * @param file the path
   * @return true for a device, pipe or socket, or an open file of a process, as {@code /dev/stdout}
   * @throws IOException if the file system cannot tell
   */
  public static boolean isStream(Path file) throws IOException {
    return Destination.of(file).isStream();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileIdentity that && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key);
  }

  @Override
  public String toString() {
    return key.toString();
  }
}

package io.github.calib8.work;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where what is written to a path goes to, once links are followed.
 *
 * @param path the file behind the links, there or not; absolute
 * @param isStream whether bytes are handed on there as they come: a device, pipe or socket, or an
 *     open file of a process, as {@code /dev/stdout} is. Such a thing is written to; to replace it
 *     would take it away
 */
record Destination(Path path, boolean isStream) {
  /** Linux' own limit. */
  private static final int MOST_LINKS = 40;

  /** The folder of what processes have open, on Linux. */
  private static final String PROCESSES = "/proc";

  static Destination of(Path file) throws IOException {
    Path path = file.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(path); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      Path folder = path.getParent();
      if (folder != null && folder.toRealPath().startsWith(PROCESSES)) {
        return new Destination(path, true);
      }
      path = path.resolveSibling(Files.readSymbolicLink(path));
    }
    return new Destination(path, isStream(path));
  }

  private static boolean isStream(Path path) {
    return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
  }
}

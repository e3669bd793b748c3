package io.github.calib8.engine;

import io.github.calib8.work.Internal;
import io.github.calib8.work.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * The folders into which ONNX Runtime unpacks its native libraries, some 25 MB for each process: it
 * deletes its own when the process ends, and none that was killed. Their names do not tell whose
 * they are, but on Linux each process tells which files it has mapped.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
@Internal
public final class AbandonedLibraries {
  private static final String PREFIX = "onnxruntime-java";
  private static final Path PROCESSES = Path.of("/proc");

  private AbandonedLibraries() {}

  /**
   * Deletes the folders that are older than a day and that no process of this user uses; none where
   * the system does not tell.
   *
   * @param folder the folder of temporary files
   * @param now the time
   */
  public static void sweep(Path folder, Instant now) {
    if (Files.isReadable(PROCESSES.resolve("self/maps"))) {
      TemporaryFiles.sweep(folder, now, AbandonedLibraries::isAbandoned);
    }
  }

  private static boolean isAbandoned(Path path) {
    return String.valueOf(path.getFileName()).startsWith(PREFIX)
        && isOfThisUser(path)
        && !isMapped(path + "/");
  }

  /** Whose processes' files can be read. */
  private static boolean isOfThisUser(Path path) {
    try {
      return Files.getOwner(path).equals(Files.getOwner(PROCESSES.resolve("self")));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isMapped(String path) {
    try (Stream<Path> processes = Files.list(PROCESSES)) {
      return processes
          .filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .anyMatch(process -> maps(process).contains(path));
    } catch (IOException e) {
      return true;
    }
  }

  private static String maps(Path process) {
    try {
      return Files.readString(process.resolve("maps"));
    } catch (IOException e) {
      return ""; // It has ended, or is another user's, who cannot use our folder.
    }
  }
}

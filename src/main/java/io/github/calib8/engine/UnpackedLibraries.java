package io.github.calib8.engine;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.calib8.work.Internal;
import io.github.calib8.work.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * The folders into which ONNX Runtime unpacks its native libraries, some 25 MB for each process:
 * where the process ends by itself it deletes the files and leaves the folder, and a process that
 * is killed leaves both. On Linux each process tells which files it has mapped, and they stay
 * mapped where they lose their names.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
@Internal
public final class UnpackedLibraries {
  private static final String PREFIX = "onnxruntime-java";
  private static final Path PROCESSES = Path.of("/proc");

  private UnpackedLibraries() {}

  /**
   * Deletes the folders that are older than a day and that no process of this user uses; none where
   * the system does not tell.
   *
   * @param folder the folder of temporary files
   * @param now the time
   */
  public static void sweep(Path folder, Instant now) {
    if (Files.isReadable(PROCESSES.resolve("self/maps"))) {
      TemporaryFiles.sweep(folder, now, UnpackedLibraries::isAbandoned);
    }
  }

  /**
   * Deletes the folders that this process has unpacked, once their libraries are loaded; does
   * nothing where the system does not tell which they are.
   *
   * @throws IOException if one cannot be deleted
   */
  static void deleteLoaded() throws IOException {
    for (Path folder : loaded().toList()) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** The folders of libraries that this process has mapped, and that are still there. */
  private static Stream<Path> loaded() {
    return maps(PROCESSES.resolve("self"))
        .lines()
        .filter(line -> line.contains("/" + PREFIX))
        .map(line -> Path.of(line.substring(line.indexOf('/'))).getParent())
        .distinct()
        .filter(folder -> String.valueOf(folder.getFileName()).startsWith(PREFIX))
        .filter(Files::isDirectory);
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

package io.github.calib8.engine;

import io.github.calib8.work.Internal;
import io.github.calib8.work.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Pattern;
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
  private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9]+");
  private static final String LAST_LOADED = "onnxruntime4j_jni";
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
   * @param folder the folder of temporary files
   * @throws IOException if one cannot be deleted
   */
  static void deleteLoaded(Path folder) throws IOException {
    for (Path unpacked : loaded(folder.toRealPath()).toList()) {
      try (Stream<Path> files = Files.list(unpacked)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(unpacked);
    }
  }

  /** What this process has loaded to the last library, which another class loader's may not be. */
  private static Stream<Path> loaded(Path folder) {
    return maps(PROCESSES.resolve("self"))
        .lines()
        .filter(line -> line.contains(folder + "/" + PREFIX) && line.contains(LAST_LOADED))
        .map(line -> Path.of(line.substring(line.indexOf('/'))).getParent())
        .distinct()
        .filter(unpacked -> folder.equals(unpacked.getParent()) && isUnpacked(unpacked));
  }

  private static boolean isUnpacked(Path path) {
    return NAME.matcher(String.valueOf(path.getFileName())).matches() && Files.isDirectory(path);
  }

  private static boolean isAbandoned(Path path) {
    return isUnpacked(path) && isOfThisUser(path) && !isMapped(path + "/");
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

package io.github.calib8.cli;

import com.google.common.base.Throwables;
import io.github.calib8.engine.UnpackedLibraries;
import io.github.calib8.work.TemporaryFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The folder of temporary files, where the engine's native libraries are unpacked and loaded from.
 * Where that fails, a class cannot be initialized, which says nothing.
 */
final class TemporaryFolder {

  /** What the engine's libraries take for processors, unpacked: about 25 MB, and some to spare. */
  private static final long LIBRARY_BYTES = 1 << 26;

  private TemporaryFolder() {}

  /** Deletes what processes that were killed have left there. */
  static void sweep() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    Instant now = Instant.now();
    TemporaryFiles.sweep(folder, now);
    UnpackedLibraries.sweep(folder, now);
  }

  /** What is wrong with the folder, if that is why a command failed. */
  static Optional<String> problem(Throwable failure) {
    return problem(failure, Path.of(System.getProperty("java.io.tmpdir")));
  }

  static Optional<String> problem(Throwable failure, Path folder) {
    List<Throwable> causes = Throwables.getCausalChain(failure);
    if (causes.stream().noneMatch(cause -> isAbout(cause, folder))) {
      return Optional.empty();
    }
    return reason(causes, folder)
        .map(
            reason ->
                "Expected a folder for temporary files from which native libraries can be loaded, found %s: %s; the option -Djava.io.tmpdir=DIR of java sets another"
                    .formatted(folder, reason));
  }

  private static boolean isAbout(Throwable cause, Path folder) {
    return cause instanceof LinkageError
        || (cause instanceof FileSystemException e
            && e.getFile() != null
            && Path.of(e.getFile()).startsWith(folder));
  }

  private static Optional<String> full(Path folder) {
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      return free < LIBRARY_BYTES ? Optional.of(free + " bytes are free") : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> reason(List<Throwable> causes, Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.of("there is no such folder");
    }
    try {
      Files.delete(Files.createTempFile(folder, "calib8", null));
    } catch (IOException e) {
      return Optional.of("it takes no file");
    }
    List<String> ofLibraries =
        causes.stream()
            .filter(LinkageError.class::isInstance)
            .map(cause -> String.valueOf(cause.getMessage()))
            .toList();
    if (ofLibraries.isEmpty()) {
      return Optional.empty();
    }
    return ofLibraries.stream()
        .filter(message -> message.contains(folder.toString()))
        .findFirst()
        .or(() -> full(folder));
  }
}

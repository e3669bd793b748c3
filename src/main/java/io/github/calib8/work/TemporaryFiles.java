package io.github.calib8.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Temporary files that tell which process they belong to, so that those of processes that were
 * killed can be swept: {@code calib8-PID-...} in the folder of temporary files.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
@Internal
public final class TemporaryFiles {
  private static final String PREFIX = "calib8-";
  private static final Pattern OURS = Pattern.compile(PREFIX + "([0-9]{1,18})-.*");

  /**
   * How old a file must be: a process of another container is not seen, and may be alive. Work that
   * takes longer writes to its files.
   */
  private static final Duration LEAST_AGE = Duration.ofDays(1);

  private TemporaryFiles() {}

  /**
   * Creates an empty file, for the caller to delete.
   *
   * @param suffix the end of its name, such as {@code .onnx}
   * @return the file
   * @throws IOException if it cannot be created
   */
  public static Path file(String suffix) throws IOException {
    return Files.createTempFile(prefix(), suffix);
  }

  /**
   * Creates an empty folder, for the caller to delete.
   *
   * @return the folder
   * @throws IOException if it cannot be created
   */
  public static Path folder() throws IOException {
    return Files.createTempDirectory(prefix());
  }

  /** The beginning of this process's names. */
  public static String prefix() {
    return PREFIX + ProcessHandle.current().pid() + "-";
  }

  /**
   * Deletes what processes that are no more have left for a day or longer. What cannot be deleted
   * stays.
   *
   * @param folder the folder of temporary files
   * @param now the time
   */
  public static void sweep(Path folder, Instant now) {
    sweep(folder, now, path -> isOfNobody(String.valueOf(path.getFileName())));
  }

  /**
   * Deletes files and folders that nobody has changed for a day, and that are nobody's.
   *
   * @param folder where they are
   * @param now the time
   * @param isAbandoned which of them are nobody's; only asked of old ones
   */
  public static void sweep(Path folder, Instant now, Predicate<Path> isAbandoned) {
    List<Path> old;
    try (Stream<Path> all = Files.list(folder)) {
      // The age first: whose a file is may take a look at every process of the machine.
      old = all.filter(path -> isOld(path, now)).filter(isAbandoned).toList();
    } catch (IOException | RuntimeException e) {
      return; // Nothing depends on it.
    }
    old.forEach(TemporaryFiles::delete);
  }

  private static boolean isOfNobody(String name) {
    Matcher ours = OURS.matcher(name);
    return ours.matches() && ProcessHandle.of(Long.parseLong(ours.group(1))).isEmpty();
  }

  private static boolean isOld(Path path, Instant now) {
    try {
      return Files.getLastModifiedTime(path).toInstant().isBefore(now.minus(LEAST_AGE));
    } catch (IOException e) {
      return false;
    }
  }

  private static void delete(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | RuntimeException e) {
      // Another sweeps at the same time, or it is not ours to delete.
    }
  }
}

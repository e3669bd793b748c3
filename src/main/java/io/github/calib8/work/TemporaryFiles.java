package io.github.calib8.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Temporary files that tell which process they belong to, so that those of processes that were
 * killed can be swept: {@code calib8-PID-PLACE-...} in the folder of temporary files. The place is
 * where the number means that process: other containers and machines, and this one before it was
 * started again, may share the folder and number processes of their own.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
@Internal
public final class TemporaryFiles {
  private static final String PREFIX = "calib8-";
  private static final Pattern OURS =
      Pattern.compile(PREFIX + "([0-9]{1,18})-(?:([0-9a-f]{8})-)?.*");

  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path PROCESS_NUMBERS = Path.of("/proc/self/ns/pid");
  private static final Optional<String> HERE = place();

  /**
   * How old a file of another place must be: its process is not seen, and may be alive. Work that
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
    return PREFIX + ProcessHandle.current().pid() + "-" + HERE.map(place -> place + "-").orElse("");
  }

  /** This start of this machine and this container, as 8 digits; only Linux tells them. */
  private static Optional<String> place() {
    try {
      String place = Files.readString(BOOT) + Files.readSymbolicLink(PROCESS_NUMBERS);
      return Optional.of(HexFormat.of().toHexDigits(place.hashCode()));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /**
   * Deletes what processes that are no more have left: those of this place at once, those of others
   * after a day. What cannot be deleted stays.
   *
   * @param folder the folder of temporary files
   * @param now the time
   */
  public static void sweep(Path folder, Instant now) {
    delete(
        folder,
        path -> {
          Matcher ours = OURS.matcher(String.valueOf(path.getFileName()));
          return ours.matches()
              && ProcessHandle.of(Long.parseLong(ours.group(1))).isEmpty()
              && (isHere(ours.group(2)) || isOld(path, now));
        });
  }

  /**
   * Deletes files and folders that nobody has changed for a day, and that are nobody's.
   *
   * @param folder where they are
   * @param now the time
   * @param isAbandoned which of them are nobody's; only asked of old ones
   */
  public static void sweep(Path folder, Instant now, Predicate<Path> isAbandoned) {
    // The age first: whose a file is may take a look at every process of the machine.
    delete(folder, path -> isOld(path, now) && isAbandoned.test(path));
  }

  private static void delete(Path folder, Predicate<Path> which) {
    List<Path> found;
    try (Stream<Path> all = Files.list(folder)) {
      found = all.filter(which).toList();
    } catch (IOException | RuntimeException e) {
      return; // Nothing depends on it.
    }
    found.forEach(TemporaryFiles::delete);
  }

  private static boolean isHere(@Nullable String place) {
    return HERE.isPresent() && HERE.get().equals(place);
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

package io.github.calib8.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of a command: each of them, even if others cannot be written, because what is in
 * them may have taken hours.
 */
final class Outputs {

  private final Map<Path, IOException> failures = new LinkedHashMap<>();

  /** Makes a file. */
  interface Output {
    void write(Path file) throws IOException;
  }

  /** Writes a file, if it is asked for; the last try counts. */
  void write(@Nullable Path file, Output output) {
    if (file == null) {
      return;
    }
    try {
      output.write(file);
      failures.remove(file);
    } catch (IOException e) {
      failures.put(file, e);
    }
  }

  /**
   * Ends the command if a file could not be written.
   *
   * @throws IOException the first failure, with the others' texts
   */
  void check() throws IOException {
    if (failures.isEmpty()) {
      return;
    }
    StringBuilder texts = new StringBuilder();
    IOException all = null;
    for (IOException failure : failures.values()) {
      texts.append(texts.isEmpty() ? "" : "; ").append(failure.getMessage());
    }
    for (IOException failure : failures.values()) {
      if (all == null) {
        all = new IOException(texts.toString(), failure);
      } else {
        all.addSuppressed(failure);
      }
    }
    throw all;
  }
}

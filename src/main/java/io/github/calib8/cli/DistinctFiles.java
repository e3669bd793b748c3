package io.github.calib8.cli;

import io.github.calib8.files.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks before long work that its files can be written, and that none overwrites another. */
final class DistinctFiles {

  private final CommandSpec spec;
  private final Set<Path> taken = new HashSet<>();

  DistinctFiles(CommandSpec spec) {
    this.spec = spec;
  }

  /** Takes the name of a file that is read, if there is one. */
  void input(@Nullable Path path) {
    if (path != null) {
      taken.add(canonical(path));
    }
  }

  /**
   * Takes the names of files that are to be written; null for one that is not.
   *
   * @throws ParameterException if one of them is taken
   * @throws IOException if one of them cannot be written
   */
  void outputs(@Nullable Path... paths) throws IOException {
    for (Path output : Stream.of(paths).filter(Objects::nonNull).toList()) {
      if (!taken.add(canonical(output))) {
        throw new ParameterException(
            spec.commandLine(),
            "Expected another name for each file, found '" + output + "' twice");
      }
    }
    for (Path output : Stream.of(paths).filter(Objects::nonNull).toList()) {
      WholeFile.requireWritable(output);
    }
  }

  private static Path canonical(Path path) {
    return path.toAbsolutePath().normalize();
  }
}

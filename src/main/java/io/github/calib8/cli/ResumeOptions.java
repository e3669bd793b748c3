package io.github.calib8.cli;

import io.github.calib8.work.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that can go on where an earlier run was cut short. */
final class ResumeOptions {

  static final String RESUME = "--resume";

  @Option(
      names = RESUME,
      required = true,
      paramLabel = "DIR",
      description =
          "Keep the state of the work in this folder, which is made if it is not there, and go on"
              + " from what an earlier run has left in it. The result is the same.")
  private Path folder;

  @Option(
      names = "--save-every",
      paramLabel = "S",
      converter = Seconds.class,
      description =
          "Seconds between two savings of the state; 0 for after each batch. Default: 10.")
  private Duration interval = Duration.ofSeconds(10);

  /** The folder that options name, if there are any; made if it was not there. */
  static @Nullable StateFolder open(@Nullable ResumeOptions options) throws IOException {
    return options == null ? null : options.open();
  }

  private StateFolder open() throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new BadInputException("Expected a folder for --resume, found a file: " + folder);
    }
    Files.createDirectories(folder);
    return new StateFolder(folder, interval, FolderLock.of(folder));
  }
}

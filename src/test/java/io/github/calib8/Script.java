package io.github.calib8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A JShell script that says in its header how it is run. */
record Script(Path file) {

  private static final String RUN = "// Run:  mvn -q process-classes && ";

  /** Little work: the tests want to know that it is done, not its result. */
  private static final Map<String, String> SMALL =
      Map.of("CALIB8_IMAGES", "100", "CALIB8_SECONDS", "0.1");

  /** What a script printed, errors included, and how it ended. */
  record Run(int exitCode, String output) {}

  /** The scripts of src/jshell. */
  static Stream<Script> all() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/jshell"))) {
      return files.sorted().toList().stream().map(Script::new);
    }
  }

  List<String> lines() throws IOException {
    return Files.readAllLines(file);
  }

  /** The command of the header, but for its beginning: Maven is what runs the tests. */
  String command() throws IOException {
    return lines().stream()
        .filter(line -> line.startsWith(RUN))
        .findFirst()
        .map(line -> line.substring(RUN.length()))
        .orElseThrow(() -> new AssertionError(file + ": expected a line '" + RUN + "...'"));
  }

  /** Runs a command as a reader would, with the tools of the JDK that runs this test. */
  Run run(String command) throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true);
    process.environment().putAll(SMALL);
    process.environment().merge("PATH", "", (path, none) -> tools() + File.pathSeparator + path);
    Process running = process.start();
    running.getOutputStream().close();
    String output = new String(running.getInputStream().readAllBytes());
    return new Run(running.waitFor(), output);
  }

  private static String tools() {
    return Path.of(System.getProperty("java.home"), "bin").toString();
  }

  @Override
  public String toString() {
    return String.valueOf(file.getFileName());
  }
}

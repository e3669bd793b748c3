package io.github.calib8.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line in a process of its own, which can be killed. */
record Calib8Process(Process process, Path out, Path err) {

  /**
   * Starts a command.
   *
   * @param folder where its output goes to
   */
  static Calib8Process start(Path folder, Object... arguments) throws IOException {
    return start(folder, List.of(), arguments);
  }

  /**
   * Starts a command in a virtual machine with more options.
   *
   * @param folder where its output goes to
   */
  static Calib8Process start(Path folder, List<String> options, Object... arguments)
      throws IOException {
    return start(folder, options, Main.class, arguments);
  }

  /**
   * Starts a program that uses the library.
   *
   * @param folder where its output goes to
   */
  static Calib8Process start(Path folder, List<String> options, Class<?> main, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path out = Files.createTempFile(folder, "process", ".out");
    Path err = Files.createTempFile(folder, "process", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Calib8Process(process, out, err);
  }

  /** Waits for the end, and returns the exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("Expected an end within 2 minutes, found none");
    }
    return process.exitValue();
  }

  String output() throws IOException {
    return Files.readString(out);
  }

  String errors() throws IOException {
    return Files.readString(err);
  }
}

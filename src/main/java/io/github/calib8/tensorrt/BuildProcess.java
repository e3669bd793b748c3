package io.github.calib8.tensorrt;

import com.sun.jna.Native;
import io.github.calib8.engine.EngineException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs {@link BuildMain} in a process of its own, and tells why it failed. */
final class BuildProcess {
  /** What 128 is added to, where a signal ended a process. */
  private static final int SIGNAL = 128;

  private static final int ABORT = 6;

  private static final int LONGEST_END_SECONDS = 5;

  private final List<String> command;
  private String error = "";
  private String last = "";

  /**
   * A process.
   *
   * @param command the program with its arguments, to which a file of properties is added
   */
  BuildProcess(List<String> command) {
    this.command = command;
  }

  /** A process of this Java, with no more on its class path than the program needs. */
  static BuildProcess ofThisJava() {
    return new BuildProcess(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx4g",
            "-XX:+UseSerialGC",
            "-cp",
            location(BuildMain.class) + ":" + location(Native.class),
            BuildMain.class.getName()));
  }

  private static Path location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException | FileSystemNotFoundException e) {
      throw new EngineException(
          "Expected Calib8 and JNA in jar files of their own for TensorRT's building, found "
              + type.getProtectionDomain().getCodeSource().getLocation(),
          e);
    }
  }

  /**
   * Builds an engine.
   *
   * @param engine the file to write
   * @param layer called when a layer's kernels are about to be measured
   * @throws EngineException if no engine came out of it; says why
   * @throws CancellationException if this thread is interrupted
   */
  void run(
      BuildRequest request,
      int gpu,
      List<URL> classes,
      List<Path> libraries,
      Path engine,
      Runnable layer) {
    Properties properties = request.toProperties();
    properties.setProperty(BuildMain.GPU, Integer.toString(gpu));
    properties.setProperty(BuildMain.ENGINE, engine.toString());
    properties.setProperty(BuildMain.CLASSES, lines(classes));
    properties.setProperty(BuildMain.LIBRARIES, lines(libraries));
    Path file = engine.resolveSibling("build.properties");
    try {
      try (OutputStream out = Files.newOutputStream(file)) {
        properties.store(out, null);
      }
      run(file, engine, layer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(Path file, Path engine, Runnable layer) throws IOException {
    List<String> full = new ArrayList<>(command);
    full.add(file.toString());
    Process process = new ProcessBuilder(full).redirectErrorStream(true).start();
    try {
      BlockingQueue<Optional<String>> lines = lines(process);
      // Interruptible: minutes may pass without a line.
      for (Optional<String> line = lines.take(); line.isPresent(); line = lines.take()) {
        read(line.get(), layer);
      }
      int exit = process.waitFor();
      if (exit != 0 || !error.isEmpty() || !Files.exists(engine)) {
        throw new EngineException("TensorRT built no engine: " + reason(exit));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while TensorRT built an engine");
    } finally {
      // To its end: it may hold the files that the caller deletes next.
      process
          .destroyForcibly()
          .onExit()
          .completeOnTimeout(process, LONGEST_END_SECONDS, TimeUnit.SECONDS)
          .join();
    }
  }

  /** What a process says, line by line, as it comes; empty at the end. */
  private static BlockingQueue<Optional<String>> lines(Process process) {
    BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader said = process.inputReader()) {
                said.lines().map(Optional::of).forEach(lines::add);
              } catch (IOException | UncheckedIOException e) {
                // The process was ended; its exit code tells.
              } finally {
                lines.add(Optional.empty());
              }
            },
            "calib8-build");
    reader.setDaemon(true);
    reader.start();
    return lines;
  }

  private void read(String line, Runnable layer) {
    if (line.equals(BuildMain.MARK + BuildMain.LAYER)) {
      layer.run();
    } else if (line.startsWith(BuildMain.MARK + BuildMain.ERROR)) {
      error = line.substring((BuildMain.MARK + BuildMain.ERROR).length());
    } else if (!line.isBlank() && !line.startsWith("#")) {
      last = line.strip();
    }
  }

  private String reason(int exit) {
    if (!error.isEmpty()) {
      return error;
    }
    String how =
        exit == SIGNAL + ABORT
            ? "it ended its process by abort()"
            : exit > SIGNAL ? "signal " + (exit - SIGNAL) : "exit code " + exit;
    return how + (last.isEmpty() ? "" : " after saying: " + last);
  }

  private static String lines(List<?> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining("\n"));
  }
}

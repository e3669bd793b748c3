package io.github.calib8.tensorrt;

import io.github.calib8.work.TemporaryFiles;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Engines and timing caches in a folder of the user's. Files appear whole; an engine has a text
 * beside it that says what it was built for, and how long that took.
 */
final class EngineCache {
  private static final String ENGINE = ".engine";
  private static final String TEXT = ".txt";
  private static final String SECONDS = "seconds ";

  private final Path folder;

  EngineCache(Path folder) {
    this.folder = folder;
  }

  /**
   * An engine that was built.
   *
   * @param seconds how long that took
   */
  record Entry(byte[] engine, double seconds) {}

  /** Writes the engine into a file of a folder that is deleted afterwards. */
  @FunctionalInterface
  interface Build {
    void into(Path engine, Path timingCache) throws IOException;
  }

  /** The engine of a key, if it is there and complete; one whose text is missing is not. */
  Optional<Entry> find(EngineKey key) throws IOException {
    Path engine = file(key, ENGINE);
    Path text = file(key, TEXT);
    if (!Files.exists(engine) || !Files.exists(text)) {
      return Optional.empty();
    }
    String found = Files.readString(text);
    String seconds = found.lines().filter(line -> line.startsWith(SECONDS)).findFirst().orElse("");
    if (!found.startsWith(key.text() + "\n") || seconds.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Entry(WholeFile.read(engine), Double.parseDouble(seconds.substring(SECONDS.length()))));
  }

  /** Builds an engine, and keeps it and what was measured. */
  Entry build(EngineKey key, Build build) throws IOException {
    Files.createDirectories(folder);
    Path work = TemporaryFiles.folder();
    Path engine = work.resolve("engine");
    Path timing = work.resolve("timing");
    Path timings = folder.resolve(key.timingCacheName());
    try {
      if (Files.exists(timings)) {
        Files.copy(timings, timing);
      }
      long start = System.nanoTime();
      build.into(engine, timing);
      double seconds = (System.nanoTime() - start) / 1e9;
      byte[] built = WholeFile.read(engine);
      if (Files.exists(timing)) {
        WholeFile.write(timings, Files.readAllBytes(timing));
      }
      // The text last: it says that the engine is there.
      Files.deleteIfExists(file(key, TEXT));
      WholeFile.write(file(key, ENGINE), built);
      WholeFile.write(file(key, TEXT), key.text() + "\n" + SECONDS + seconds + "\n");
      return new Entry(built, seconds);
    } finally {
      for (String file : new String[] {"engine", "timing", "build.properties"}) {
        Files.deleteIfExists(work.resolve(file));
      }
      Files.deleteIfExists(work);
    }
  }

  /** Forgets an engine that TensorRT does not take. */
  void forget(EngineKey key) throws IOException {
    Files.deleteIfExists(file(key, TEXT));
    Files.deleteIfExists(file(key, ENGINE));
  }

  private Path file(EngineKey key, String end) {
    return folder.resolve(key.fileName() + end);
  }
}

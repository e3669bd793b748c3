package io.github.calib8.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.work.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves one of our threads, a temporary file of ours, an open file, or memory
 * outside the Java heap behind: what the {@linkplain NativeObjects engine and tensors} hold.
 *
 * <p>What libraries open once for good - jars, fonts, the engine's native code - is no leak: only
 * files below the temporary folder and in the working directory count, and not those of libraries.
 * Threads end a moment after the work that they did.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(LeakCheck.class);
  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));
  private static final Path HANDLES = Path.of("/proc/self/fd");
  private static final int TRIES = 100;
  private static final long PAUSE = 50;

  /** What is there at one time. */
  record Traces(
      Set<String> threads, Set<String> files, Set<String> handles, Set<String> nativeObjects) {

    static Traces now() {
      return new Traces(liveThreads(), temporaryFiles(), openFiles(), NativeObjects.open());
    }

    /** What is here and was not there before. */
    Traces since(Traces before) {
      return new Traces(
          without(threads, before.threads),
          without(files, before.files),
          without(handles, before.handles),
          without(nativeObjects, before.nativeObjects));
    }

    boolean isEmpty() {
      return threads.isEmpty() && files.isEmpty() && handles.isEmpty() && nativeObjects.isEmpty();
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
      Set<String> rest = new TreeSet<>(some);
      rest.removeAll(others);
      return rest;
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(SPACE).put(Traces.class, Traces.now());
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    Traces before = context.getStore(SPACE).get(Traces.class, Traces.class);
    assertThat(left(before, Traces::now)).as("left behind").matches(Traces::isEmpty);
  }

  /** What stays, after waiting for what is about to end. */
  static Traces left(Traces before, Supplier<Traces> now) throws InterruptedException {
    Traces left = now.get().since(before);
    for (int i = 0; i < TRIES && !left.isEmpty(); i++) {
      Thread.sleep(PAUSE);
      left = now.get().since(before);
    }
    return left;
  }

  private static Set<String> liveThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("calib8"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> temporaryFiles() {
    try (Stream<Path> files = Files.list(TEMPORARY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(TemporaryFiles.prefix()))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      return Set.of();
    }
  }

  /** The files that are open; none where the system does not tell. */
  private static Set<String> openFiles() {
    Set<String> open = new TreeSet<>();
    Path here = Path.of("").toAbsolutePath();
    try (Stream<Path> handles = Files.list(HANDLES)) {
      for (Path handle : handles.toList()) {
        target(handle)
            .filter(file -> file.startsWith(TEMPORARY) || file.startsWith(here))
            .filter(file -> !file.toString().matches(".*\\.(jar|so|so\\..*)( \\(deleted\\))?"))
            .filter(file -> !file.startsWith(here.resolve("target")))
            // Code that libffi makes for calls from native code into Java, once for good.
            .filter(file -> !file.getFileName().toString().matches("ffi\\w+ \\(deleted\\)"))
            .ifPresent(file -> open.add(file.toString()));
      }
    } catch (IOException e) {
      return Set.of();
    }
    return open;
  }

  private static Optional<Path> target(Path handle) {
    try {
      return Optional.of(Files.readSymbolicLink(handle));
    } catch (IOException e) {
      // It was closed meanwhile, as that of the listing itself.
      return Optional.empty();
    }
  }
}

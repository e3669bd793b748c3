package io.github.calib8.work;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file layer between the library and the disk that counts what passes through it - opening,
 * reading, writing, syncing, renaming, listing - and lets one operation fail.
 *
 * <p>It is a file system of Java's: whatever is done to its paths goes through it, and no code need
 * know. Thread-safe.
 */
public final class FaultyFiles {
  private static final int NONE = 0;

  private final FaultyFileSystem files = new FaultyFileSystem(this);
  private final AtomicInteger operations = new AtomicInteger();
  private volatile int failing = NONE;
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  /** A path that goes through this layer. */
  public Path path(String text) {
    return files.wrap(FileSystems.getDefault().getPath(text));
  }

  /** Counts anew, and lets an operation fail: the first one is 1; none if it is 0. */
  public void failAt(int operation) {
    operations.set(0);
    log.clear();
    failing = operation;
  }

  /** How many operations there were since. */
  public int operations() {
    return operations.get();
  }

  /** What they were, in order. */
  public List<String> log() {
    return List.copyOf(log);
  }

  /** Called before each operation. */
  void before(String operation) throws IOException {
    log.add(operation);
    if (operations.incrementAndGet() == failing) {
      throw new IOException("No luck with operation " + failing + ", to " + operation);
    }
  }
}

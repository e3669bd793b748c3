package io.github.calib8.work;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A claim to a folder that one run at a time can hold; it ends with the process, however that ends.
 *
 * <p>It is a lock of the file {@value #NAME} in the folder, which stays. To be closed by the thread
 * that made it.
 */
@Internal
public final class FolderLock implements AutoCloseable {
  private static final String NAME = ".lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Claims a folder.
   *
   * @param folder the folder, which is there
   * @return the claim, for the caller to close
   * @throws IllegalStateException if another run, of this process or another one, has it
   * @throws IOException if the folder takes no file, or its file system has no locks
   */
  public static FolderLock of(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return new FolderLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // This process has it: the same as if another one had.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new IllegalStateException(
        "Expected a folder that no other run uses, found that one does: " + folder);
  }

  /** Gives the folder free; does nothing the second time. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}

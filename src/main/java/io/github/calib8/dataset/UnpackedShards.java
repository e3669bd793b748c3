package io.github.calib8.dataset;

import io.github.calib8.work.TemporaryFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The gzipped shards that were read last, unpacked to temporary files of this process. Safe for use
 * by several threads: a file stays while somebody reads it.
 */
final class UnpackedShards {
  /**
   * A pass in order needs one or two, and calibration passes twice; tasks of an executor have one
   * each.
   */
  private static final int MOST = Math.max(4, Runtime.getRuntime().availableProcessors() + 1);

  private static final UnpackedShards SHARED = new UnpackedShards();

  /** The least recently used first. */
  private final Map<Path, Unpacked> shards = new LinkedHashMap<>(16, 0.75f, true);

  private UnpackedShards() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::deleteAll));
  }

  /** Reads something of an unpacked shard. */
  interface Reader<T> {
    T read(Path unpacked) throws IOException;
  }

  private static final class Unpacked {
    private @Nullable Path file;
    private int readers;
  }

  /** Reads of a shard, which is unpacked first if it is not yet. */
  static <T> T apply(Path shard, Reader<T> reader) throws IOException {
    Unpacked unpacked = SHARED.take(shard);
    try {
      return reader.read(SHARED.file(shard, unpacked));
    } finally {
      SHARED.release(unpacked);
    }
  }

  private synchronized Unpacked take(Path shard) {
    Unpacked unpacked = shards.computeIfAbsent(shard, path -> new Unpacked());
    unpacked.readers++;
    return unpacked;
  }

  private Path file(Path shard, Unpacked unpacked) throws IOException {
    // Others that need this shard wait for it, and those of other shards do not.
    synchronized (unpacked) {
      Path file = unpacked.file;
      if (file == null) {
        file = unpack(shard);
        unpacked.file = file;
      }
      return file;
    }
  }

  private synchronized void release(Unpacked unpacked) {
    unpacked.readers--;
    List<Path> idle = new ArrayList<>();
    shards.forEach(
        (shard, each) -> {
          if (each.readers == 0) {
            idle.add(shard);
          }
        });
    for (Path shard : idle) {
      if (shards.size() > MOST) {
        delete(shards.remove(shard));
      }
    }
  }

  private synchronized void deleteAll() {
    shards.values().forEach(UnpackedShards::delete);
    shards.clear();
  }

  private static void delete(@Nullable Unpacked unpacked) {
    if (unpacked == null || unpacked.file == null) {
      return;
    }
    try {
      Files.deleteIfExists(unpacked.file);
    } catch (IOException e) {
      // A later process sweeps it.
    }
  }

  private static Path unpack(Path shard) throws IOException {
    Path file = TemporaryFiles.file(".tar");
    boolean whole = false;
    try (InputStream packed = Files.newInputStream(shard);
        InputStream in = gunzip(shard, packed);
        OutputStream out = Files.newOutputStream(file)) {
      copy(shard, in, out);
      whole = true;
      return file;
    } finally {
      if (!whole) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static InputStream gunzip(Path shard, InputStream packed) throws IOException {
    try {
      return new GZIPInputStream(packed, 1 << 16);
    } catch (ZipException | EOFException e) {
      throw damaged(shard, e);
    }
  }

  private static void copy(Path shard, InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    while (true) {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      int length;
      try {
        length = in.read(buffer);
      } catch (ZipException | EOFException e) {
        throw damaged(shard, e);
      }
      if (length < 0) {
        return;
      }
      out.write(buffer, 0, length);
    }
  }

  private static DatasetException damaged(Path shard, IOException cause) {
    return new DatasetException(
        "%s: expected a gzipped tar archive, found a damaged or truncated one (%s)"
            .formatted(shard, cause.getMessage()),
        cause);
  }
}

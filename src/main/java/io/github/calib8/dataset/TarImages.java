package io.github.calib8.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** The files in a tar archive, indexed once; their bytes are read from the archive by position. */
final class TarImages {
  /** A file in the archive. */
  record Entry(String path, StoredImage source) {}

  private static final int BLOCK = 512;

  private TarImages() {}

  /** Reads the archive's headers. */
  static List<Entry> index(Path archive) throws IOException {
    return index(archive, archive.toString());
  }

  /**
   * Reads the archive's headers.
   *
   * @param title what errors call the archive
   */
  static List<Entry> index(Path archive, String title) throws IOException {
    long length = Files.size(archive);
    List<Entry> entries = new ArrayList<>();
    long last = 0;
    for (TarArchiveEntry entry : headers(archive, title)) {
      if (!entry.isSparse()) {
        last = entry.getDataOffset() + entry.getSize();
      }
      if (!entry.isFile() || entry.isSparse()) {
        continue;
      }
      long end = entry.getDataOffset() + entry.getSize();
      if (end > length) {
        throw new DatasetException(
            String.format(
                Locale.ROOT,
                "%s: expected %d bytes up to the end of %s, found %d (truncated)",
                title,
                end,
                entry.getName(),
                length));
      }
      entries.add(
          new Entry(
              entry.getName(),
              new StoredImage.FileRange(archive, entry.getDataOffset(), entry.getSize())));
    }
    requireEnd(archive, title, (last + BLOCK - 1) / BLOCK * BLOCK);
    return entries;
  }

  /**
   * Fails unless a block of zeros follows: without that mark, the archive was cut behind an entry
   * or in the next one's header.
   */
  private static void requireEnd(Path archive, String title, long position) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.READ)) {
      while (block.hasRemaining() && channel.read(block, position + block.position()) >= 0) {}
    }
    if (block.hasRemaining() || !block.flip().equals(ByteBuffer.allocate(BLOCK))) {
      throw new DatasetException(
          "%s: expected the end mark of a tar archive at byte %s, found %s (truncated)"
              .formatted(title, position, block.hasRemaining() ? "none" : "something else"));
    }
  }

  private static List<TarArchiveEntry> headers(Path archive, String title) throws IOException {
    try (TarFile tar = new TarFile(archive)) {
      return tar.getEntries();
    } catch (IOException | IllegalArgumentException e) {
      if (!Files.isReadable(archive)) {
        throw e;
      }
      throw new DatasetException(
          title
              + ": expected a folder of images or an uncompressed tar archive of them, found "
              + (e.getMessage() == null ? "neither" : "neither (" + e.getMessage() + ")"),
          e);
    }
  }
}

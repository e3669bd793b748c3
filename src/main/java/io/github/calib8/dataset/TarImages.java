package io.github.calib8.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** The files in a tar archive, indexed once; their bytes are read from the archive by position. */
final class TarImages {
  /** A file in the archive. */
  record Entry(String path, ImageSource source) {}

  private TarImages() {}

  /** Reads the archive's headers. */
  static List<Entry> index(Path archive) throws IOException {
    long length = Files.size(archive);
    List<Entry> entries = new ArrayList<>();
    for (TarArchiveEntry entry : headers(archive)) {
      if (!entry.isFile() || entry.isSparse()) {
        continue;
      }
      long end = entry.getDataOffset() + entry.getSize();
      if (end > length) {
        throw new DatasetException(
            String.format(
                "%s: expected %d bytes up to the end of %s, found %d (truncated)",
                archive, end, entry.getName(), length));
      }
      entries.add(
          new Entry(
              entry.getName(),
              new ImageSource.FileRange(archive, entry.getDataOffset(), entry.getSize())));
    }
    return entries;
  }

  private static List<TarArchiveEntry> headers(Path archive) throws IOException {
    try (TarFile tar = new TarFile(archive)) {
      return tar.getEntries();
    } catch (IOException | IllegalArgumentException e) {
      if (!Files.isReadable(archive)) {
        throw e;
      }
      throw new DatasetException(
          archive
              + ": expected a folder of images or an uncompressed tar archive of them, found "
              + (e.getMessage() == null ? "neither" : "neither (" + e.getMessage() + ")"),
          e);
    }
  }
}

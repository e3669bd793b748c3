package io.github.calib8.spark;

import io.github.calib8.dataset.ImageSource;
import io.github.calib8.work.Internal;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Files that Spark reaches by an address, in an object store or HDFS: {@code s3a://bucket/folder},
 * {@code hdfs://head/folder}. The cluster's settings ({@code spark.hadoop.*}) say how.
 *
 * <p>Stateless and safe for use by several threads.
 */
@Internal
public final class HadoopImages {
  private HadoopImages() {}

  /** A file, which driver and executors can open. */
  private record HadoopFile(String address, long bytes) implements ImageSource, Serializable {
    @Override
    public InputStream open() throws IOException {
      Path path = new Path(URI.create(address));
      return fileSystem(path).open(path);
    }

    @Override
    public OptionalLong length() {
      return OptionalLong.of(bytes);
    }
  }

  private static FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(SparkHadoopUtil.get().conf());
  }

  /**
   * Lists the files of a folder.
   *
   * @param address the folder's
   * @return the files at any depth, by path below the folder, with slashes
   * @throws IOException if there is no folder, or it cannot be read; the text names it
   */
  public static SortedMap<String, ImageSource> files(String address) throws IOException {
    try {
      Path folder = new Path(address);
      FileSystem files = fileSystem(folder);
      FileStatus root = files.getFileStatus(folder);
      if (!root.isDirectory()) {
        throw new IOException("expected a folder of images, found a file");
      }
      String prefix = root.getPath().toUri().getPath().replaceFirst("/?$", "/");
      SortedMap<String, ImageSource> found = new TreeMap<>();
      RemoteIterator<LocatedFileStatus> all = files.listFiles(folder, true);
      while (all.hasNext()) {
        LocatedFileStatus file = all.next();
        URI uri = file.getPath().toUri();
        found.put(
            uri.getPath().substring(prefix.length()),
            new HadoopFile(uri.toString(), file.getLen()));
      }
      return found;
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(
          "%s: %s"
              .formatted(address, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }
}

package io.github.calib8.spark;

import io.github.calib8.dataset.ImageSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The bytes of images in rows, for the driver, which reads few: a query each for some neighbors.
 *
 * <p>Safe for use by several threads.
 */
final class RowPages {
  private static final int PAGE = 50;

  private final Dataset<Row> rows;
  private final List<String> names;
  private final Map<Integer, Map<String, byte[]>> kept = new LinkedHashMap<>();

  RowPages(Dataset<Row> rows, List<String> names) {
    this.rows = rows;
    this.names = names;
  }

  ImageSource source(int index) {
    return new ImageSource() {
      @Override
      public InputStream open() throws IOException {
        return new ByteArrayInputStream(bytes(index));
      }

      @Override
      public OptionalLong length() throws IOException {
        throw new IOException("Expected to know the length without reading all rows");
      }
    };
  }

  private synchronized byte[] bytes(int index) throws IOException {
    int page = index / PAGE;
    Map<String, byte[]> found = kept.get(page);
    if (found == null) {
      found = read(names.subList(page * PAGE, Math.min(names.size(), (page + 1) * PAGE)));
      // Threads that decode are in two pages at most.
      if (kept.size() > 1) {
        kept.remove(kept.keySet().iterator().next());
      }
      kept.put(page, found);
    }
    byte[] bytes = found.get(names.get(index));
    if (bytes == null) {
      throw new IOException("Expected the data set to keep its rows, found this one gone");
    }
    return bytes;
  }

  private Map<String, byte[]> read(List<String> page) {
    Map<String, byte[]> found = new LinkedHashMap<>();
    for (Row row :
        rows.filter(functions.col(SparkImages.NAME).isin(page.toArray()))
            .select(SparkImages.NAME, SparkImages.BYTES)
            .collectAsList()) {
      found.put(row.getString(0), row.isNullAt(1) ? new byte[0] : row.<byte[]>getAs(1));
    }
    return found;
  }
}

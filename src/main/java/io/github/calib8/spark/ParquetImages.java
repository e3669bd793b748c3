package io.github.calib8.spark;

import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.ImageList;
import io.github.calib8.dataset.ImageSource;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.work.Internal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Images in Parquet, as Hugging Face keeps them: {@code image}, of {@code bytes} and {@code path},
 * and {@code label}; or columns {@code name}, {@code label} and {@code bytes}. In the order of
 * their names.
 *
 * <p>Immutable and safe for use by several threads.
 */
@Internal
public final class ParquetImages {
  private final String address;
  private final Dataset<Row> rows;

  private ParquetImages(String address, Dataset<Row> rows) {
    this.address = address;
    this.rows = rows;
  }

  /**
   * Looks at the columns.
   *
   * @param session reads it
   * @param address a file, a folder of files or a glob, of whatever file system Spark reads
   * @return the images
   * @throws DatasetException if it is no Parquet, or of other columns
   */
  public static ParquetImages read(SparkSession session, String address) {
    Dataset<Row> found;
    try {
      found = session.read().parquet(address);
    } catch (Exception e) {
      // Scala's methods throw checked exceptions without saying so; Spark's text has many lines.
      throw new DatasetException(
          "%s: expected Parquet, found: %s"
              .formatted(
                  address, String.valueOf(e.getMessage()).lines().findFirst().orElse("nothing")),
          e);
    }
    List<String> columns = Arrays.asList(found.columns());
    String label =
        columns.contains(SparkImages.LABEL) ? SparkImages.LABEL : "CAST(NULL AS INT) AS label";
    if (columns.contains(SparkImages.NAME) && columns.contains(SparkImages.BYTES)) {
      return new ParquetImages(
          address, found.selectExpr(SparkImages.NAME, label, SparkImages.BYTES));
    }
    boolean isHuggingFace =
        columns.contains("image")
            && found.schema().apply("image").dataType() instanceof StructType image
            && Arrays.asList(image.fieldNames()).containsAll(List.of("bytes", "path"));
    if (!isHuggingFace) {
      throw new DatasetException(
          "%s: expected a column image of bytes and path, and label, or name, label and bytes, found %s"
              .formatted(address, found.schema().simpleString()));
    }
    return new ParquetImages(
        address, found.selectExpr("image.path AS name", label, "image.bytes AS bytes"));
  }

  /**
   * Lists the images. This process reads the bytes of those that it opens from the rows, some
   * neighbors at once.
   *
   * @return the images, in the order of their names
   * @throws DatasetException if names or classes are not as {@link SparkImages} needs them
   */
  public ImageDataset listed() {
    List<LabeledImage> named = SparkImages.listed(rows);
    List<String> names = named.stream().map(LabeledImage::name).toList();
    RowPages pages = new RowPages(rows, names);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      int index = i;
      ImageSource source = pages.source(index);
      images.add(
          named.get(i).label() == ImageBatch.UNLABELED
              ? LabeledImage.unlabeled(names.get(i), source)
              : LabeledImage.of(names.get(i), named.get(i).label(), source));
    }
    return ImageDataset.of(images);
  }

  /**
   * Returns images of these for executors.
   *
   * @param listed some of {@link #listed}
   * @return the images
   */
  public SparkImages of(ImageBatches listed) {
    return SparkImages.of(rows, listed);
  }

  /**
   * Writes all images into a file, from which they are read without Spark.
   *
   * @param file the file, which is there, for the caller to delete
   * @return the images, in the order of their names
   * @throws DatasetException if names or classes are not as {@link SparkImages} needs them
   * @throws IOException if the file cannot be written
   */
  public ImageDataset unpacked(Path file) throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      long offset = 0;
      Iterator<Row> all = rows.toLocalIterator();
      while (all.hasNext()) {
        Row row = all.next();
        LabeledImage named = SparkImages.named(row);
        byte[] bytes = row.isNullAt(2) ? new byte[0] : row.<byte[]>getAs(2);
        out.write(bytes);
        images.add(ImageList.image(named.name(), named.label(), file, offset, bytes.length));
        offset += bytes.length;
      }
    }
    images.sort(Comparator.comparing(LabeledImage::name));
    try {
      return ImageDataset.of(images);
    } catch (IllegalArgumentException e) {
      throw new DatasetException(address + ": " + e.getMessage(), e);
    }
  }
}

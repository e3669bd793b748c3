package io.github.calib8.spark;

import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.ImageList;
import io.github.calib8.dataset.ImageSource;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.work.Arguments;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Labeled images that the executors of a Spark cluster read, in batches, and the preprocessing that
 * makes their tensors.
 *
 * <p>The images have an order, that of the list or of their names, whatever the order of a {@link
 * Dataset}'s rows: {@link #first} and {@link #skip} divide them as on one machine. The driver keeps
 * the names and classes of all images in memory. Of a list, executors have those that they work on;
 * of a data set, each keeps all names while images are read, about 150 bytes an image.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class SparkImages {
  /** What the columns of a data set are called. */
  public static final String NAME = "name";

  /** The column of the classes. */
  public static final String LABEL = "label";

  /** The column of the encoded images. */
  public static final String BYTES = "bytes";

  /** The tasks for each core: the last ones to end leave few cores idle. */
  private static final int TASKS_OF_A_CORE = 4;

  /** The most images of a task, whose bytes an executor keeps in memory where rows hold them. */
  private static final int MOST_OF_A_TASK = 1_000;

  private final SparkSession session;
  private final ImageBatches planned;
  private final @Nullable Dataset<Row> rows;
  private final int partitions;

  private SparkImages(
      SparkSession session, ImageBatches planned, @Nullable Dataset<Row> rows, int partitions) {
    this.session = session;
    this.planned = planned;
    this.rows = rows;
    this.partitions = partitions;
  }

  /** A part of the images, in the hands of an executor. */
  record Part(int first, List<LabeledImage> images) {}

  /**
   * Returns images that this machine lists and all executors can read under the same paths, as in a
   * folder that they share; no byte of them passes through the driver, unless they are in its
   * memory.
   *
   * @param session a session of the cluster
   * @param batches the images, in their order, and what makes their tensors
   * @return the images
   */
  public static SparkImages of(SparkSession session, ImageBatches batches) {
    return new SparkImages(session, batches, null, 0);
  }

  /**
   * Returns the images of a data set of Spark's: their encoded bytes are in its rows, which come
   * from Parquet, {@code binaryFile}, or anything else that Spark reads. They are in the order of
   * their names, by UTF-16 code units. The names are read at once, and the bytes by each run, which
   * brings those of a batch together.
   *
   * @param rows columns {@value #NAME} (string, distinct), {@value #LABEL} (an integer, from 0;
   *     null: no class) and {@value #BYTES} (binary: a file's bytes, in any format that ImageIO
   *     reads); others are ignored
   * @param batchSize images a batch, at least 1
   * @param preprocessing what makes a tensor of an image
   * @return the images
   * @throws DatasetException if a column is missing or of another type, or a name or class is not
   *     as described
   */
  public static SparkImages of(Dataset<Row> rows, int batchSize, Preprocessing preprocessing) {
    return of(rows, ImageDataset.of(listed(rows)).batches(batchSize, preprocessing));
  }

  /** The names and classes in rows, in the order of the names, which are distinct. */
  static List<LabeledImage> listed(Dataset<Row> rows) {
    requireColumn(rows, NAME, "string", Set.of(StringType.class));
    requireColumn(
        rows,
        LABEL,
        "integer",
        Set.of(ByteType.class, ShortType.class, IntegerType.class, LongType.class));
    List<LabeledImage> images = new ArrayList<>();
    for (Row row : rows.select(NAME, LABEL).collectAsList()) {
      images.add(named(row));
    }
    images.sort(Comparator.comparing(LabeledImage::name));
    try {
      return ImageDataset.of(images).images();
    } catch (IllegalArgumentException e) {
      throw new DatasetException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Returns the images of a data set of Spark's whose names, classes and order are known already.
   *
   * @param rows columns {@value #NAME} (string, distinct) and {@value #BYTES} (binary: a file's
   *     bytes, in any format that ImageIO reads); others are ignored
   * @param listed the images, of which the bytes in the rows of their names are used alone; rows of
   *     other names are ignored
   * @return the images
   * @throws DatasetException if a column is missing or of another type
   */
  public static SparkImages of(Dataset<Row> rows, ImageBatches listed) {
    requireColumn(rows, NAME, "string", Set.of(StringType.class));
    requireColumn(rows, BYTES, "binary", Set.of(BinaryType.class));
    return new SparkImages(rows.sparkSession(), listed, rows.select(NAME, BYTES), 0);
  }

  private static void requireColumn(
      Dataset<Row> rows, String column, String type, Set<Class<? extends DataType>> types) {
    for (StructField field : rows.schema().fields()) {
      if (field.name().equals(column)
          && types.stream().anyMatch(each -> each.isInstance(field.dataType()))) {
        return;
      }
    }
    throw new DatasetException(
        "Expected a column %s of type %s, found %s"
            .formatted(column, type, rows.schema().simpleString()));
  }

  /** The name and class of a row that begins with them. */
  static LabeledImage named(Row row) {
    if (row.isNullAt(0)) {
      throw new DatasetException("Expected a name of each image, found a row without one");
    }
    String name = row.getString(0);
    ImageSource elsewhere =
        () -> {
          throw new IOException("Expected to be read by an executor, found the driver");
        };
    if (row.isNullAt(1)) {
      return LabeledImage.unlabeled(name, elsewhere);
    }
    long label = ((Number) row.get(1)).longValue();
    if (label < 0 || label > Integer.MAX_VALUE) {
      throw new DatasetException("%s: expected a class from 0, found %s".formatted(name, label));
    }
    return LabeledImage.of(name, (int) label, elsewhere);
  }

  /**
   * Returns the first batches.
   *
   * @param batches how many, at least 0; all of them if there are fewer
   * @return those images
   */
  public SparkImages first(int batches) {
    return new SparkImages(session, planned.first(batches), rows, partitions);
  }

  /**
   * Returns all but the first batches.
   *
   * @param batches how many to leave out, at least 0; if there are fewer, none remain
   * @return the other images
   */
  public SparkImages skip(int batches) {
    return new SparkImages(session, planned.skip(batches), rows, partitions);
  }

  /**
   * Returns the same images in another number of parts; does not change results.
   *
   * @param newPartitions 1 or more, of whole batches each; by default four for each core of the
   *     cluster, and more where a part would have over 1,000 images
   * @return the images
   */
  public SparkImages withPartitions(int newPartitions) {
    return new SparkImages(
        session, planned, rows, Arguments.atLeast(1, newPartitions, "partitions"));
  }

  /**
   * Returns the number of images.
   *
   * @return the number of images in all batches together
   */
  public int imageCount() {
    return planned.imageCount();
  }

  /**
   * Returns the images' names.
   *
   * @return an unmodifiable list of distinct names, in order
   */
  public List<String> names() {
    return planned.names();
  }

  SparkSession session() {
    return session;
  }

  /** What the driver knows of them: all but the bytes, which may be elsewhere. */
  ImageBatches planned() {
    return planned;
  }

  /**
   * In how many parts these are divided, each of one batch or more. The cluster may grow between
   * two calls, unless {@link #withPartitions} has said how many.
   */
  int parts() {
    int batches = planned.batchCount();
    int wanted = partitions;
    if (wanted == 0) {
      wanted = TASKS_OF_A_CORE * Math.max(1, session.sparkContext().defaultParallelism());
      wanted = Math.max(wanted, imageCount() / MOST_OF_A_TASK + 1);
    }
    return Math.max(1, Math.min(wanted, batches));
  }

  /** The number of images in a part. */
  int size(int part) {
    return firstImage(part + 1) - firstImage(part);
  }

  private int firstImage(int part) {
    return new Division(parts(), imageCount(), planned.batchSize()).first(part);
  }

  /** What is done with a part on an executor: reads it, and makes bytes of it. */
  interface PartWork extends Serializable {
    byte[] run(Supplier<Part> part);
  }

  /** What executors must know of all images to map them: of a list, nothing. */
  KnownImages known() {
    return rows == null ? KnownImages.of(List.of()) : KnownImages.of(planned.images());
  }

  /**
   * What the work makes of the parts, in order, one a partition.
   *
   * @param known what is {@link #known}, until the job is done
   */
  JavaRDD<byte[]> map(JavaSparkContext context, Broadcast<KnownImages> known, PartWork work) {
    return rows == null ? mapListed(context, work) : mapRows(rows, known, work);
  }

  private JavaRDD<byte[]> mapListed(JavaSparkContext context, PartWork work) {
    List<Tuple2<Integer, byte[]>> parts = new ArrayList<>();
    for (int i = 0; i < parts(); i++) {
      int first = firstImage(i);
      try {
        List<LabeledImage> images = planned.images().subList(first, first + size(i));
        parts.add(new Tuple2<>(first, ImageList.toBytes(images)));
      } catch (IOException e) {
        throw new DatasetException("Expected images that can be sent: " + e.getMessage(), e);
      }
    }
    return context
        .parallelize(parts, parts.size())
        .map(part -> work.run(() -> new Part(part._1(), ImageList.fromBytes(part._2()))));
  }

  private JavaRDD<byte[]> mapRows(Dataset<Row> from, Broadcast<KnownImages> known, PartWork work) {
    Division division = new Division(parts(), imageCount(), planned.batchSize());
    return from.javaRDD()
        .filter(row -> known.value().has(row.getString(0)))
        .mapToPair(
            row ->
                new Tuple2<>(
                    known.value().index(row.getString(0)),
                    row.isNullAt(1) ? new byte[0] : row.<byte[]>getAs(1)))
        .partitionBy(division)
        .mapPartitionsWithIndex(
            (part, images) ->
                List.of(work.run(() -> division.part(part, known.value(), images))).iterator(),
            true);
  }

  /** Which part an image is in, by its index. */
  private static final class Division extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int parts;
    private final int images;
    private final int batchSize;

    Division(int parts, int images, int batchSize) {
      this.parts = parts;
      this.images = images;
      this.batchSize = batchSize;
    }

    /** The index of a part's first image; of the part behind the last one, the number of images. */
    int first(int part) {
      long batches = ((long) images + batchSize - 1) / batchSize;
      return (int) Math.min(batches * part / parts * batchSize, images);
    }

    @Override
    public int numPartitions() {
      return parts;
    }

    @Override
    public int getPartition(Object image) {
      int low = 0;
      int high = parts - 1;
      while (low < high) {
        int middle = (low + high + 1) >>> 1;
        if (first(middle) <= (Integer) image) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return low;
    }

    /** The images of a part in order, each of which must have come once. */
    Part part(int part, KnownImages known, Iterator<Tuple2<Integer, byte[]>> found) {
      TreeMap<Integer, LabeledImage> read = new TreeMap<>();
      while (found.hasNext()) {
        Tuple2<Integer, byte[]> image = found.next();
        LabeledImage decoded = known.image(image._1(), image._2());
        if (read.put(image._1(), decoded) != null) {
          throw new DatasetException(
              decoded.name() + ": expected the image in one row of the data set, found it in two");
        }
      }
      int expected = first(part + 1) - first(part);
      if (read.size() != expected) {
        throw new DatasetException(
            "Expected the data set to keep its rows, found %s of %s images of part %s"
                .formatted(read.size(), expected, part));
      }
      return new Part(first(part), List.copyOf(read.values()));
    }
  }
}

package io.github.calib8.djl;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.TranslateException;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.TensorBatches;
import io.github.calib8.tensor.FloatTensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * Makes calibration and evaluation sets of what DJL has: images, or tensors that DJL's own pipeline
 * made. All of it is held in memory: a calibration set is some hundreds of images. Images are named
 * after their content. Stateless, and so safe for use by several threads.
 */
public final class DjlDatasets {
  private static final int RGB = 3;

  private DjlDatasets() {}

  /**
   * Returns images with their classes.
   *
   * @param images DJL's images, of any kind; they are not copied, and not to be changed
   * @param labels a class from 0 for each image, in order
   * @return the data set
   * @throws IOException if an image cannot be converted
   * @throws IllegalArgumentException if there are not as many labels as images, or an image comes
   *     twice
   */
  public static ImageDataset images(Iterable<Image> images, Iterable<Integer> labels)
      throws IOException {
    List<LabeledImage> labeled = new ArrayList<>();
    Iterator<Integer> label = labels.iterator();
    for (Image image : images) {
      if (!label.hasNext()) {
        throw new IllegalArgumentException(
            "Expected a label for each image, found %s labels and more images"
                .formatted(labeled.size()));
      }
      labeled.add(LabeledImage.of(label.next(), DjlImage.decoded(image)));
    }
    if (label.hasNext()) {
      throw new IllegalArgumentException(
          "Expected a label for each image, found more labels than %s images"
              .formatted(labeled.size()));
    }
    return ImageDataset.of(labeled);
  }

  /**
   * Returns the images of a data set as they are, before DJL's pipeline: what {@code
   * ImageClassificationDataset} and its kind give for each record, unless they resize. A {@link
   * io.github.calib8.image.Preprocessing} takes the pipeline's place.
   *
   * @param dataset records of one image, [H, W, 3] uint8 in RGB, and one class from 0; prepared
   * @param manager where DJL makes its arrays; they are freed before this method returns
   * @return the data set, in the order of the records
   * @throws IOException if a record cannot be read
   * @throws IllegalArgumentException if a record is of another kind, or an image comes twice
   */
  public static ImageDataset images(RandomAccessDataset dataset, NDManager manager)
      throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    for (long i = 0; i < dataset.size(); i++) {
      try (NDManager scope = manager.newSubManager()) {
        Record record = dataset.get(scope, i);
        NDArray data = record.getData().singletonOrThrow();
        images.add(
            LabeledImage.of(
                label(record.getLabels().singletonOrThrow().toArray()[0]),
                image(data, "record " + i)));
      }
    }
    return ImageDataset.of(images);
  }

  /**
   * Returns the tensors that a data set's own pipeline makes.
   *
   * @param dataset batches of [N, C, H, W] float32 and N classes from 0; prepared. DJL's pipelines
   *     need an engine that computes, such as PyTorch's
   * @param manager where DJL makes its arrays; they are freed before this method returns
   * @return the tensors; their memory is off-heap and lives as long as they do
   * @throws IOException if the data cannot be read
   * @throws TranslateException if the pipeline fails
   * @throws IllegalArgumentException if a batch is of another kind, or a tensor comes twice
   */
  public static TensorBatches tensors(Dataset dataset, NDManager manager)
      throws IOException, TranslateException {
    List<ImageBatch> batches = new ArrayList<>();
    for (Batch batch : dataset.getData(manager)) {
      try (batch) {
        NDArray data = batch.getData().singletonOrThrow();
        requireKind(data, DataType.FLOAT32, 4, "[N, C, H, W]", "batch " + batches.size());
        batches.add(
            ImageBatch.of(
                FloatTensor.of(data.toFloatArray(), data.getShape().getShape()),
                Arrays.stream(batch.getLabels().singletonOrThrow().toArray())
                    .mapToInt(DjlDatasets::label)
                    .toArray()));
      }
    }
    return TensorBatches.of(batches);
  }

  private static void requireKind(
      NDArray data, DataType type, int rank, String expected, String where) {
    Shape shape = data.getShape();
    if (data.getDataType() != type || shape.dimension() != rank) {
      throw new IllegalArgumentException(
          "Expected %s %s, found %s %s (%s)"
              .formatted(
                  expected,
                  type.name().toLowerCase(Locale.ROOT),
                  Arrays.toString(shape.getShape()),
                  data.getDataType().name().toLowerCase(Locale.ROOT),
                  where));
    }
  }

  /** DJL's labels come as any type of number. */
  private static int label(Number label) {
    if (label.doubleValue() != label.intValue()) {
      throw new IllegalArgumentException("Expected a class, a whole number, found " + label);
    }
    return label.intValue();
  }

  private static BufferedImage image(NDArray data, String where) {
    requireKind(data, DataType.UINT8, 3, "[H, W, 3]", where);
    int height = Math.toIntExact(data.getShape().get(0));
    int width = Math.toIntExact(data.getShape().get(1));
    byte[] rgb = data.toByteArray();
    if (rgb.length != (long) RGB * height * width) {
      throw new IllegalArgumentException(
          "Expected [H, W, 3] uint8, found %s (%s)"
              .formatted(Arrays.toString(data.getShape().getShape()), where));
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    // A raster takes samples by band, red first, whatever their order in memory.
    image.getRaster().setDataElements(0, 0, width, height, rgb);
    return image;
  }
}

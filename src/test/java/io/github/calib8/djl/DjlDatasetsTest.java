package io.github.calib8.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.engine.Engine;
import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.Batchifier;
import ai.djl.util.Progress;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.networks.Architecture;
import io.github.calib8.networks.NetworkSpec;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.TensorCalibration;
import java.awt.image.BufferedImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DjlDatasetsTest {
  private static final int COUNT = 12;
  private static final int SIZE = 64;
  private static final OnnxModel MODEL =
      NetworkSpec.of(Architecture.RESNET50)
          .withWidth(1.0 / 16)
          .withClasses(10)
          .withInputSize(SIZE)
          .toModel();
  private static final Preprocessing PREPROCESSING =
      Preprocessing.torchvision().withResize(Resize.none()).withCrop(SIZE);
  private static final NDManager MANAGER = Engine.getEngine("OnnxRuntime").newBaseManager();
  private static final List<BufferedImage> PIXELS = noise();

  @TempDir private Path folder;

  @AfterAll
  static void free() {
    MANAGER.close();
  }

  private static List<BufferedImage> noise() {
    Random random = new Random(3);
    List<BufferedImage> images = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      BufferedImage image = new BufferedImage(SIZE + i, SIZE + 2, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          image.setRGB(x, y, random.nextInt(1 << 24));
        }
      }
      images.add(image);
    }
    return images;
  }

  private static List<Image> djl() {
    return PIXELS.stream().map(new BufferedImageFactory()::fromImage).toList();
  }

  private static List<Integer> labels() {
    return IntStream.range(0, COUNT).mapToObj(i -> i % 10).toList();
  }

  private static List<TensorCalibration> scales(BatchSource batches) {
    return Calibrator.builder(MODEL).build().calibrate(batches).tensors();
  }

  /** The halves depend on the images' names, which differ. */
  private static void assertSameScales(BatchSource batches) {
    assertThat(scales(batches))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("values.halfSetDifference")
        .isEqualTo(expected());
  }

  private static List<TensorCalibration> expected() {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      images.add(LabeledImage.of("image " + i, i % 10, PIXELS.get(i)));
    }
    return scales(ImageDataset.of(images).batches(5, PREPROCESSING));
  }

  @Test
  void djlsImagesCalibrate() throws IOException {
    ImageDataset images = DjlDatasets.images(djl(), labels());
    assertSameScales(images.batches(5, PREPROCESSING));
    assertThat(images.images()).extracting(LabeledImage::label).containsExactlyElementsOf(labels());
    assertThat(images.images().get(0).name()).matches("sha256:[0-9a-f]{64}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DjlDatasets.images(djl(), List.of(1, 2)))
        .withMessage("Expected a label for each image, found 2 labels and more images");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DjlDatasets.images(djl().subList(0, 1), List.of(1, 2)))
        .withMessage("Expected a label for each image, found more labels than 1 images");
  }

  /** What DJL's own data sets of images do: an image and its class, before any pipeline. */
  private static final class Records extends RandomAccessDataset {
    private final DataType type;

    private Records(Builder builder) {
      super(builder);
      this.type = builder.type;
    }

    static Records of(DataType type) {
      Builder builder = new Builder();
      builder.type = type;
      return new Records(builder.setSampling(1, true));
    }

    @Override
    public Record get(NDManager manager, long index) {
      NDArray image = djl().get((int) index).toNDArray(manager);
      if (type == DataType.FLOAT32) {
        image = manager.create(new float[12], new Shape(2, 2, 3));
      }
      return new Record(
          new NDList(image), new NDList(manager.create(labels().get((int) index).intValue())));
    }

    @Override
    protected long availableSize() {
      return COUNT;
    }

    @Override
    public void prepare(Progress progress) {}

    private static final class Builder extends BaseBuilder<Builder> {
      private DataType type = DataType.UINT8;

      @Override
      protected Builder self() {
        return this;
      }
    }
  }

  @Test
  void recordsOfImagesCalibrate() throws IOException {
    ImageDataset images = DjlDatasets.images(Records.of(DataType.UINT8), MANAGER);
    assertSameScales(images.batches(5, PREPROCESSING));
    assertThat(images.images().stream().map(LabeledImage::name))
        .containsExactlyElementsOf(
            DjlDatasets.images(djl(), labels()).images().stream().map(LabeledImage::name).toList());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DjlDatasets.images(Records.of(DataType.FLOAT32), MANAGER))
        .withMessage("Expected [H, W, 3] uint8, found [2, 2, 3] float32 (record 0)");
  }

  /** Batches that a pipeline has made of images: here, our own preprocessing. */
  private static Dataset tensors(int rank) {
    return new Dataset() {
      @Override
      public Iterable<Batch> getData(NDManager manager) {
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < COUNT; from += 4) {
          float[] values = new float[4 * 3 * SIZE * SIZE];
          long[] classes = new long[4];
          for (int i = 0; i < 4; i++) {
            PREPROCESSING.apply(PIXELS.get(from + i), values, i * 3 * SIZE * SIZE);
            classes[i] = labels().get(from + i);
          }
          NDManager scope = manager.newSubManager();
          Shape shape = rank == 4 ? new Shape(4, 3, SIZE, SIZE) : new Shape(4, 3 * SIZE * SIZE);
          NDArray data = scope.create(FloatBuffer.wrap(values), shape, DataType.FLOAT32);
          NDArray labels = scope.create(LongBuffer.wrap(classes), new Shape(4), DataType.INT64);
          batches.add(
              new Batch(
                  scope,
                  new NDList(data),
                  new NDList(labels),
                  4,
                  Batchifier.STACK,
                  Batchifier.STACK,
                  from,
                  COUNT));
        }
        return batches;
      }

      @Override
      public void prepare(Progress progress) {}
    };
  }

  @Test
  void tensorsOfDjlsPipelineCalibrate() throws Exception {
    BatchSource batches = DjlDatasets.tensors(tensors(4), MANAGER);
    assertSameScales(batches);
    assertThat(batches.label(11)).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DjlDatasets.tensors(tensors(2), MANAGER))
        .withMessage("Expected [N, C, H, W] float32, found [4, 12288] float32 (batch 0)");
  }

  @Test
  void theFileBehindAZooModelIsFound() throws Exception {
    Path file = folder.resolve("some.onnx");
    MODEL.write(file);
    Path repository = Files.createDirectory(folder.resolve("net"));
    MODEL.write(repository.resolve("model.onnx"));
    Path named = Files.createDirectory(folder.resolve("other"));
    MODEL.write(named.resolve("other.onnx"));
    for (Path path : List.of(file, repository, named)) {
      Criteria<NDList, NDList> criteria =
          Criteria.builder()
              .setTypes(NDList.class, NDList.class)
              .optEngine("OnnxRuntime")
              .optModelPath(path)
              .build();
      try (ZooModel<NDList, NDList> model = criteria.loadModel()) {
        assertThat(DjlModels.onnx(model).sha256()).as(path.toString()).isEqualTo(MODEL.sha256());
        try (Stream<Path> files = Files.walk(path)) {
          files.filter(Files::isRegularFile).forEach(each -> each.toFile().delete());
        }
        assertThatExceptionOfType(FileNotFoundException.class)
            .isThrownBy(() -> DjlModels.onnx(model))
            .withMessageStartingWith("Expected the ONNX file of model '");
      }
    }
  }
}

package io.github.calib8.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.calib8.dataset.BatchReader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.dataset.TensorBatches;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.Provenance;
import io.github.calib8.tensor.DirectMemory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Calibration on the caller's own tensors. */
class TensorCalibrationTest {
  private static final OnnxModel MODEL = SmallNetwork.model();
  private static final ImageDataset IMAGES = SmallNetwork.images(40);

  /** What the preprocessing makes of the images, as arrays of a caller. */
  private static List<INDArray> arrays(int batchSize) {
    List<INDArray> arrays = new ArrayList<>();
    try (BatchReader reader =
        IMAGES.batches(batchSize, SmallNetwork.preprocessing()).load(LoaderOptions.defaults())) {
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next()) {
          arrays.add(batch.images().dup('c'));
        }
      }
    }
    return arrays;
  }

  private static TensorBatches source(List<INDArray> arrays) {
    return TensorBatches.of(arrays.stream().map(ImageBatch::unlabeled).toList());
  }

  private static CalibrationTable table(List<INDArray> arrays) {
    return Calibrator.builder(MODEL).build().calibrate(source(arrays));
  }

  @Test
  void tensorsGiveTheTableOfTheImagesButForNamesAndHalves() {
    CalibrationTable images =
        Calibrator.builder(MODEL)
            .build()
            .calibrate(IMAGES.batches(25, SmallNetwork.preprocessing()));
    CalibrationTable tensors = table(arrays(25));

    assertThat(tensors.tensors())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("values.halfSetDifference")
        .isEqualTo(images.tensors());
    assertThat(tensors.get("data").halfSetDifference()).isPresent();
    Provenance provenance = tensors.provenance();
    assertThat(provenance.preprocessing()).isEqualTo("none: tensors of the caller");
    assertThat(provenance.images())
        .hasSize(40)
        .allSatisfy(name -> assertThat(name).matches("sha256:[0-9a-f]{64}"))
        .isSorted();
    assertThat(provenance.modelSha256()).isEqualTo(MODEL.sha256());
  }

  @Test
  void theTableDoesNotDependOnOrderOrBatches() {
    List<INDArray> shuffled = arrays(1);
    Collections.reverse(shuffled);
    assertThat(table(shuffled).toJson()).isEqualTo(table(arrays(25)).toJson());
  }

  @Test
  void partsMergeToTheWhole() {
    List<INDArray> arrays = arrays(20);
    Calibrator calibrator = Calibrator.builder(MODEL).build();
    CalibrationStatistics parts =
        calibrator
            .collect(source(arrays.subList(0, 1)))
            .merge(calibrator.collect(source(arrays.subList(1, 2))));
    assertThat(parts).isEqualTo(calibrator.collect(source(arrays)));
  }

  @Test
  void aNamedPreprocessingIsTakenForTheOneThatMadeTheTensors() {
    CalibrationTable table =
        Calibrator.builder(MODEL)
            .build()
            .calibrate(source(arrays(25)).withPreprocessing(SmallNetwork.preprocessing()));
    assertThat(table.provenance().preprocessing()).isEqualTo(SmallNetwork.preprocessing().id());
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                source(List.of(Nd4j.rand(DataType.FLOAT, 2, 3, 12, 13)))
                    .withPreprocessing(SmallNetwork.preprocessing()))
        .withMessage(
            "Expected [N, 3, 12, 12] float32 as the preprocessing makes them, found"
                + " [2, 3, 12, 13]");
  }

  @Test
  void viewsAndOtherOrdersGiveTheSameTable() {
    INDArray all = Nd4j.concat(0, arrays(25).toArray(INDArray[]::new));
    INDArray channelsLast = all.permute(0, 2, 3, 1).dup('c');
    List<INDArray> views =
        List.of(
            all.get(NDArrayIndex.interval(0, 15)),
            all.get(NDArrayIndex.interval(15, 30)).dup('f'),
            channelsLast.get(NDArrayIndex.interval(30, 40)).permute(0, 3, 1, 2));
    assertThat(table(views).toJson()).isEqualTo(table(arrays(25)).toJson());
  }

  @Test
  void theTensorsStayTheCallers() {
    List<INDArray> arrays = arrays(25);
    TensorBatches batches = source(arrays);
    Calibrator calibrator = Calibrator.builder(MODEL).build();
    CalibrationTable first = calibrator.calibrate(batches);
    assertThat(arrays).noneMatch(INDArray::wasClosed);
    assertThat(calibrator.calibrate(batches)).isEqualTo(first);
  }

  @Test
  void whatDoesNotFitIsRefusedWithBothShapes() {
    Calibrator calibrator = Calibrator.builder(MODEL).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> source(List.of(Nd4j.ones(DataType.FLOAT, 2, 3, 12, 12))))
        .withMessageMatching(
            "Expected images of distinct names, found 'sha256:[0-9a-f]{64}' again in batch 0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> calibrator.calibrate(source(List.of(Nd4j.rand(DataType.FLOAT, 2, 1, 12, 12)))))
        .withMessage("Expected 3 channels for input 'data' [N,3,12,12], found 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageBatch.unlabeled(Nd4j.ones(DataType.DOUBLE, 2, 3, 12, 12)))
        .withMessage("Expected an array of float32, found [2, 3, 12, 12] double");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                source(
                    List.of(
                        Nd4j.rand(DataType.FLOAT, 2, 3, 12, 12),
                        Nd4j.rand(DataType.FLOAT, 2, 3, 12, 10))))
        .withMessage(
            "Expected [N, 3, 12, 12] float32 as in batch 0, found [2, 3, 12, 10] in batch 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> calibrator.calibrate(TensorBatches.of(List.of())))
        .withMessage("Expected 1 or more calibration images, found none");
  }

  @Test
  void memoryOutsideTheHeapIsGivenBackAtOnce() {
    Calibrator calibrator = Calibrator.builder(MODEL).withThreads(2).build();
    ImageBatches batches = IMAGES.batches(7, SmallNetwork.preprocessing());
    CalibrationTable table = calibrator.calibrate(batches);
    long before = DirectMemory.used();
    assertThat(calibrator.calibrate(batches)).isEqualTo(table);
    assertThat(DirectMemory.used()).isLessThanOrEqualTo(before);
  }
}

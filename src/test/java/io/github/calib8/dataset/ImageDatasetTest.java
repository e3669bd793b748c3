package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.calib8.image.Preprocessing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageDatasetTest {
  private static final Preprocessing SMALL = Preprocessing.caffe().withCrop(4);

  private static ImageDataset images(int count) {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(LabeledImage.of(Path.of(i + ".png"), i));
    }
    return ImageDataset.of(images);
  }

  private static List<Integer> labels(List<LabeledImage> images) {
    return images.stream().map(LabeledImage::label).toList();
  }

  @Test
  void firstAndSkipDivideTheImages() {
    assertThat(labels(images(5).first(2).images())).containsExactly(0, 1);
    assertThat(labels(images(5).skip(2).images())).containsExactly(2, 3, 4);
    assertThat(images(5).first(9)).isEqualTo(images(5));
    assertThat(images(5).skip(9).size()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> images(5).first(-1));
  }

  @Test
  void shufflingDependsOnTheSeedAlone() {
    ImageDataset shuffled = images(20).shuffled(3);
    assertThat(shuffled).isEqualTo(images(20).shuffled(3)).isNotEqualTo(images(20).shuffled(4));
    assertThat(shuffled.images()).containsExactlyInAnyOrderElementsOf(images(20).images());
    assertThat(labels(images(5).shuffled(1).images())).containsExactly(2, 3, 1, 4, 0);
  }

  @Test
  void batchesAreRangesOfWholeBatches() {
    ImageBatches batches = images(23).batches(5, SMALL);
    assertThat(batches.batchCount()).isEqualTo(5);
    assertThat(batches.batchSize()).isEqualTo(5);
    assertThat(batches.imageCount()).isEqualTo(23);
    assertThat(labels(batches.first(2).images())).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(labels(batches.skip(4).images())).containsExactly(20, 21, 22);
    assertThat(batches.skip(1).first(1).images()).isEqualTo(batches.images().subList(5, 10));
    assertThat(batches.skip(4).batchCount()).isEqualTo(1);
    assertThat(batches.first(99)).isEqualTo(batches);
    assertThat(batches.skip(99).batchCount()).isZero();
    assertThat(batches).hasToString("23 images in batches of 5");
    assertThat(batches.preprocessing()).contains(SMALL);
    assertThat(batches.imageShape()).containsExactly(3L, 4L, 4L);
    assertThat(batches.withPreprocessing(SMALL.withCrop(5, 6)).skip(1).imageShape())
        .containsExactly(3L, 5L, 6L);
    assertThat(batches.withPreprocessing(SMALL.withCrop(5))).isNotEqualTo(batches);
    assertThatIllegalArgumentException().isThrownBy(() -> images(5).batches(0, SMALL));
    assertThatIllegalArgumentException().isThrownBy(() -> batches.skip(-1));
  }

  @Test
  void whatIsDoneIsLeftOutByWholeBatchesOrByName() {
    ImageBatches batches = images(23).batches(5, SMALL);
    assertThat(batches.skipImages(0)).isEqualTo(batches);
    assertThat(batches.skipImages(10)).isEqualTo(batches.skip(2));
    assertThat(batches.skipImages(23).imageCount()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> batches.skipImages(12))
        .withMessage("Expected to skip whole batches of 5 images, found 12 images");
    assertThat(labels(batches.without(Set.of("0.png", "2.png", "x")).first(1).images()))
        .containsExactly(1, 3, 4, 5, 6);
  }

  @Test
  void namesAreDistinct() {
    LabeledImage image = LabeledImage.of(Path.of("a", "1.png"), 0);
    LabeledImage other = LabeledImage.of(Path.of("b", "1.png"), 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageDataset.of(List.of(image, other)))
        .withMessage("Expected images of distinct names, found '1.png' twice");
  }

  @Test
  void labeledImagesAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabeledImage.of("a", -1, new byte[0]))
        .withMessage("Expected label of at least 0, found -1");
    assertThatIllegalArgumentException().isThrownBy(() -> LabeledImage.of("a\nb", 1, new byte[0]));
  }

  @Test
  void bytesInMemoryAreCopied() throws Exception {
    byte[] bytes = {1, 2, 3};
    LabeledImage image = LabeledImage.of("a", 0, bytes);
    bytes[0] = 9;
    assertThat(image.open().readAllBytes()).containsExactly(1, 2, 3);
  }
}

package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.image.ImageLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageListTest {
  @TempDir Path temp;

  /** Gives its own text. */
  record Text(String text) implements ImageSource, Serializable {
    @Override
    public InputStream open() {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static LabeledImage sent(LabeledImage image) throws IOException {
    return ImageList.fromBytes(ImageList.toBytes(List.of(image))).get(0);
  }

  @Test
  void filesAndStretchesOfThemArriveAsWhatTheyAre() throws IOException {
    Path file = Files.writeString(temp.resolve("file.jpg"), "0123456789");
    List<LabeledImage> images =
        List.of(
            LabeledImage.of(file, 3),
            new LabeledImage("range", ImageBatch.UNLABELED, new StoredImage.FileRange(file, 2, 5)),
            new LabeledImage("unpacked", 1, new StoredImage.UnpackedRange(file, 2, 5)),
            LabeledImage.of("source", 4, new Text("a text")));
    List<LabeledImage> arrived = ImageList.fromBytes(ImageList.toBytes(images));
    assertThat(arrived).isEqualTo(images);
    assertThat(arrived.get(1).open().readAllBytes()).asString().isEqualTo("23456");
    assertThat(arrived.get(3).open().readAllBytes()).asString().isEqualTo("a text");
  }

  @Test
  void bytesTravelWithTheList() throws IOException {
    LabeledImage arrived = sent(LabeledImage.of("bytes", 7, new byte[] {1, 2, 3}));
    assertThat(arrived.name()).isEqualTo("bytes");
    assertThat(arrived.label()).isEqualTo(7);
    assertThat(arrived.open().readAllBytes()).containsExactly(1, 2, 3);
    BufferedImage decoded = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    decoded.setRGB(1, 0, 0x123456);
    assertThat(sent(LabeledImage.of("decoded", 0, decoded)).pixels().width()).isEqualTo(2);
  }

  @Test
  void limitsArriveToo() throws IOException {
    LabeledImage arrived =
        sent(
            LabeledImage.of("bytes", 7, new byte[] {1, 2, 3})
                .withLimits(ImageLimits.defaults().withFileBytes(2)));
    assertThatThrownBy(arrived::open).isInstanceOf(IOException.class).hasMessageContaining("2");
  }

  @Test
  void aSourceThatCannotBeSentIsAnErrorThatNamesTheImage() {
    LabeledImage image = LabeledImage.of("lambda", 0, () -> InputStream.nullInputStream());
    assertThatThrownBy(() -> sent(image))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith("lambda: expected an image source that is Serializable");
  }
}

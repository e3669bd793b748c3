package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path temp;

  private Path folder(String... files) {
    for (String file : files) {
      TestImages.write(temp.resolve("images").resolve(file), new byte[] {1});
    }
    return temp.resolve("images");
  }

  private Path labels(String text) throws IOException {
    return Files.writeString(temp.resolve("labels.txt"), text);
  }

  private static List<String> summary(ImageDataset dataset) {
    return dataset.images().stream().map(image -> image.name() + "=" + image.label()).toList();
  }

  @Test
  void subFoldersAreClassesInTheOrderOfTheirNames() throws IOException {
    Path folder =
        folder(
            "dog/2.png",
            "dog/deep/1.jpg",
            "cat/b.JPEG",
            "cat/a.Png",
            "cat/notes.txt",
            ".git/x.png",
            "cat/._a.png",
            "README.md");
    assertThat(summary(ImageFolder.read(folder)))
        .containsExactly("cat/a.Png=0", "cat/b.JPEG=0", "dog/2.png=1", "dog/deep/1.jpg=1");
  }

  @Test
  void aLabelFileGivesClassesAndOrder() throws IOException {
    Path folder = folder("2.png", "deep/1.jpg", "my cat.png");
    Path labels = labels("my cat.png 3\ndeep/1.jpg 900\nabsent.png 1\n2.png 0\n");
    assertThat(summary(ImageFolder.read(folder, labels)))
        .containsExactly("my cat.png=3", "deep/1.jpg=900", "2.png=0");
  }

  @Test
  void imagesMayBeWithoutLabels() throws IOException {
    Path folder = folder("2.png", "deep/1.jpg", ".git/x.png", "notes.txt");
    assertThat(summary(ImageFolder.unlabeled(folder))).containsExactly("2.png=-1", "deep/1.jpg=-1");
  }

  @Test
  void aFolderWithoutImagesIsAnErrorWithoutLabelsToo() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("images"));
    assertThatThrownBy(() -> ImageFolder.unlabeled(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessage(folder + ": expected images, found none");
  }

  @Test
  void aMissingLabelNamesTheImage() throws IOException {
    Path folder = folder("1.png", "2.png");
    Path labels = labels("1.png 3\n");
    assertThatThrownBy(() -> ImageFolder.read(folder, labels))
        .isInstanceOf(DatasetException.class)
        .hasMessage(labels + ": expected a label for image 2.png, found none");
  }

  @Test
  void aNegativeLabelNamesTheLine() throws IOException {
    Path folder = folder("1.png");
    Path labels = labels("1.png -3\n");
    assertThatThrownBy(() -> ImageFolder.read(folder, labels))
        .isInstanceOf(DatasetException.class)
        .hasMessage(labels + ", line 1: expected a class of at least 0, found '1.png -3'");
  }

  @Test
  void emptyFoldersAreErrors() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("images"));
    Path labels = labels("1.png 3\n");
    assertThatThrownBy(() -> ImageFolder.read(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessage(folder + ": expected one sub-folder for each class, found none");
    assertThatThrownBy(() -> ImageFolder.read(folder, labels))
        .isInstanceOf(DatasetException.class)
        .hasMessage(folder + ": expected images, found none");
    folder("cat/1.png");
    Path dogs = Files.createDirectory(folder.resolve("dog"));
    assertThatThrownBy(() -> ImageFolder.read(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessage(dogs + ": expected images of a class, found none");
  }

  @Test
  void imagesBesideClassesAreErrors() {
    Path folder = folder("cat/1.png", "stray.png");
    assertThatThrownBy(() -> ImageFolder.read(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("found image stray.png beside them");
  }

  @Test
  void whatIsNoFolderIsAnError() {
    Path file = folder("1.png").resolve("1.png");
    assertThatThrownBy(() -> ImageFolder.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessage(file + ": expected a folder of images, found a file");
    assertThatThrownBy(() -> ImageFolder.read(temp.resolve("nowhere")))
        .hasMessageEndingWith("expected a folder of images, found nothing");
  }
}

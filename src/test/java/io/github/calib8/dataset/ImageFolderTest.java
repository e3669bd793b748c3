package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.image.TestImages;
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

  @Test
  void foldersOfNumbersAreInTheOrderOfTheNumbers() throws IOException {
    Path folder = folder("10/a.png", "9/a.png", "0/a.png", "100/a.png", "02/a.png");
    assertThat(summary(ImageFolder.read(folder)))
        .containsExactly("0/a.png=0", "02/a.png=1", "9/a.png=2", "10/a.png=3", "100/a.png=4");
  }

  @Test
  void theRootOfATrainingAndAValidationSetIsRefused() {
    Path folder = folder("Train/cat/1.png", "Train/dog/1.png", "val/cat/2.png", "val/dog/2.png");
    assertThatThrownBy(() -> ImageFolder.read(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            folder
                + ": expected the images of one data set, found its parts Train and val: give one"
                + " of them");
  }

  @Test
  void synsetsTellTheClassesOfSomeFolders() throws IOException {
    Path folder = folder("n02119789/a.png", "n01440764/deep/b.png");
    Path synsets =
        Files.writeString(
            temp.resolve("synset_words.txt"),
            "\ufeffn01440764 tench\nn02100735 English setter\nn02119789 kit fox\n");
    assertThat(summary(ImageFolder.synsetFolders(folder, synsets)))
        .containsExactly("n01440764/deep/b.png=0", "n02119789/a.png=2");
    folder("cats/c.png");
    assertThatThrownBy(() -> ImageFolder.synsetFolders(folder, synsets))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            folder.resolve("cats")
                + ": expected a folder named by a WordNet ID of "
                + synsets
                + ", found none");
  }

  @Test
  void jpegsMayHaveTheirOtherSuffixesAndUnreadFormatsAreNamed() throws IOException {
    Path folder =
        folder("a/1.jfif", "a/2.JPE", "a/3.heic", "b/4.png", "b/5.AVIF", "b/.6.heic", "b/note.txt");
    ImageDataset dataset = ImageFolder.read(folder);
    assertThat(summary(dataset)).containsExactly("a/1.jfif=0", "a/2.JPE=0", "b/4.png=1");
    assertThat(dataset.leftOut()).containsExactly("a/3.heic", "b/5.AVIF");
    assertThat(dataset.shuffled(1).first(2).skip(1).leftOut()).hasSize(2);
    assertThat(ImageFolder.unlabeled(folder).leftOut()).hasSize(2);
    Path labels = labels("a/1.jfif 0\na/2.JPE 0\na/3.heic 0\nb/4.png 1\n");
    assertThat(ImageFolder.read(folder, labels).leftOut()).hasSize(2);
  }

  /** A file that is an image to everyone but the program is missed, and nobody knows. */
  @Test
  void imagesOfUnknownSuffixesAreNamed() throws IOException {
    Path folder = folder("a/1.png", "a/2.dat", "a/.3.dat", "b/4", "b/5.png", "b/note.txt");
    byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0};
    for (String file : List.of("a/2.dat", "a/.3.dat", "b/4")) {
      Files.write(folder.resolve(file), jpeg);
    }
    Files.writeString(folder.resolve("b/gif.txt"), "GIF89 is a format");
    Files.writeString(folder.resolve("b/6.bak"), "GIF89a");

    assertThat(ImageFolder.read(folder).leftOut()).containsExactly("a/2.dat", "b/4", "b/6.bak");
    assertThat(ImageFolder.unlabeled(folder).leftOut()).hasSize(3);

    Path labels = labels("a/1.png 0\nb/5.png 1\nb/note.txt 1\nb/absent.dat 1\n");
    ImageDataset dataset = ImageFolder.read(folder, labels);
    assertThat(summary(dataset)).containsExactly("a/1.png=0", "b/5.png=1");
    assertThat(dataset.leftOut()).containsExactly("a/2.dat", "b/4", "b/6.bak", "b/note.txt");
  }

  @Test
  void aFolderOfUnreadFormatsSaysSo() {
    Path folder = folder("a/1.heic", "a/2.heic");
    assertThatThrownBy(() -> ImageFolder.read(folder))
        .hasMessageEndingWith("found none that an ImageIO plug-in claims, but 2 such as a/1.heic");
  }

  @Test
  void commaSeparatedLabelsAreRead() throws IOException {
    Path folder = folder("2.png", "deep/1, 2.jpg", "my cat.png");
    List<String> expected = List.of("my cat.png=3", "deep/1, 2.jpg=900", "2.png=0");
    for (String rows :
        List.of(
            "my cat.png,3\n\"deep/1, 2.jpg\",900\n2.png,0\n",
            "\ufefffile,class\r\nmy cat.png,3\r\n\"deep/1, 2.jpg\",\"900\"\r\n2.png, 0\r\n",
            "my cat.png 3\ndeep/1, 2.jpg 900\n2.png 0\n")) {
      assertThat(summary(ImageFolder.read(folder, labels(rows)))).isEqualTo(expected);
    }
    Path three = labels("file,width,class\nmy cat.png,224,3\n");
    assertThatThrownBy(() -> ImageFolder.read(folder, three))
        .hasMessageContaining("line 1: expected two columns");
    Path word = labels("my cat.png,3\n2.png,dog\n");
    assertThatThrownBy(() -> ImageFolder.read(folder, word))
        .hasMessageContaining("line 2: expected a class of at least 0, found '2.png,dog'");
  }
}

package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.TestImages;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ilsvrc2012Test {
  /** Classes in Caffe's order: WNIDs ascending. */
  private static final String SYNSET_WORDS =
      "n01440764 tench, Tinca tinca\nn02100735 English setter\nn02119789 kit fox\n";

  /** The development kit's IDs are in another order. */
  private static final String META =
      "1 n02119789 kit fox\n2 n02100735 English setter\n3 n01440764 tench\n";

  @TempDir Path temp;
  private Path images;

  @BeforeEach
  void createFolder() throws IOException {
    images = Files.createDirectory(temp.resolve("images"));
  }

  private static String name(int number) {
    return String.format("ILSVRC2012_val_%08d.JPEG", number);
  }

  /** Not an image, but nothing is decoded in these tests. */
  private static byte[] content(int number) {
    return ("content of " + number).getBytes(StandardCharsets.US_ASCII);
  }

  private void flat(int... numbers) {
    for (int number : numbers) {
      TestImages.write(images.resolve(name(number)), content(number));
    }
  }

  private Path text(String name, String text) throws IOException {
    return Files.writeString(temp.resolve(name), text);
  }

  private Path valTxt(int... labels) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < labels.length; i++) {
      text.append(name(i + 1)).append(' ').append(labels[i]).append('\n');
    }
    return text("val.txt", text.toString());
  }

  private Path tar(String... paths) throws IOException {
    Path archive = temp.resolve("val.tar");
    try (OutputStream out = Files.newOutputStream(archive);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (String path : paths) {
        byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setSize(path.endsWith("/") ? 0 : bytes.length);
        tar.putArchiveEntry(entry);
        if (!path.endsWith("/")) {
          tar.write(bytes);
        }
        tar.closeArchiveEntry();
      }
    }
    return archive;
  }

  private static List<String> summary(ImageDataset dataset) {
    return dataset.images().stream()
        .map(
            image -> image.name().replaceAll("ILSVRC2012_val_0*|\\.JPEG", "") + "=" + image.label())
        .toList();
  }

  private static AbstractThrowableAssert<?, ?> assertFails(Callable callable) {
    return assertThatThrownBy(callable::call).isInstanceOf(DatasetException.class);
  }

  private interface Callable {
    Object call() throws IOException;
  }

  @Test
  void imagesMayBeWithoutLabelsInTheSameOrder() throws IOException {
    flat(3, 1, 10);
    assertThat(summary(Ilsvrc2012.unlabeled(images))).containsExactly("1=-1", "3=-1", "10=-1");
    Path archive = tar(name(2), name(1));
    assertThat(summary(Ilsvrc2012.unlabeled(archive))).containsExactly("1=-1", "2=-1");
  }

  @Test
  void aFlatFolderIsReadInFileNumberOrder() throws IOException {
    flat(3, 1, 2, 10);
    TestImages.write(images.resolve("README.txt"), content(0));
    TestImages.write(images.resolve("._ILSVRC2012_val_00000001.JPEG"), content(0));
    ImageDataset dataset =
        Ilsvrc2012.validation(images, valTxt(65, 970, 230, 0, 0, 0, 0, 0, 0, 999));
    assertThat(summary(dataset)).containsExactly("1=65", "2=970", "3=230", "10=999");
    assertThat(dataset.images().get(0).name()).isEqualTo("ILSVRC2012_val_00000001.JPEG");
    assertThat(dataset.images().get(1).open()).hasBinaryContent(content(2));
  }

  @Test
  void classFoldersAreReadInFileNumberOrder() throws IOException {
    TestImages.write(images.resolve("n02119789/" + name(1)), content(1));
    TestImages.write(images.resolve("n01440764/" + name(2)), content(2));
    TestImages.write(images.resolve("n02119789/" + name(3)), content(3));
    Path labels = valTxt(2, 0, 2);
    assertThat(summary(Ilsvrc2012.validation(images, labels))).containsExactly("1=2", "2=0", "3=2");
    assertThat(
            summary(Ilsvrc2012.validation(images, labels, text("synset_words.txt", SYNSET_WORDS))))
        .containsExactly("1=2", "2=0", "3=2");
  }

  @Test
  void foldersOfAllClassesNeedNoLabels() throws IOException {
    for (int i = 1; i <= 1000; i++) {
      // The first image is of the last class.
      TestImages.write(images.resolve("n%08d/%s".formatted(2000 - i, name(i))), content(i));
    }
    TestImages.write(images.resolve("n%08d/%s".formatted(1998, name(1001))), content(1001));
    assertThat(summary(Ilsvrc2012.classFolders(images)))
        .startsWith("1=999", "2=998", "3=997")
        .endsWith("1000=0", "1001=998");
  }

  @Test
  void withoutLabelsAllClassesMustBeThereAndAllImagesInThem() throws IOException {
    TestImages.write(images.resolve("n02119789/" + name(2)), content(2));
    assertFails(() -> Ilsvrc2012.classFolders(images))
        .hasMessage(
            images
                + ": expected a label file or synset mapping, or folders of all 1000 classes, found 1 folders");
    flat(1);
    assertFails(() -> Ilsvrc2012.classFolders(images))
        .hasMessage(
            images
                + ": expected a label file, or images in folders named by WordNet IDs as n01440764,"
                + " found "
                + name(1));
  }

  @Test
  void aTarIsReadByPosition() throws IOException {
    Path tar = tar("val/", "val/" + name(2), "val/val.txt", name(1), "n02119789/" + name(4));
    ImageDataset dataset = Ilsvrc2012.validation(tar, valTxt(2, 1, 0, 2));
    assertThat(summary(dataset)).containsExactly("1=2", "2=1", "4=2");
    assertThat(dataset.images().get(1).open())
        .hasBinaryContent(("val/" + name(2)).getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void imagesLieAnyNumberOfFoldersDownButNotInHiddenOnes() throws IOException {
    TestImages.write(images.resolve("a/b/n02119789/" + name(2)), content(2));
    TestImages.write(images.resolve("a/.cache/" + name(1)), content(1));
    assertThat(summary(Ilsvrc2012.unlabeled(images))).containsExactly("2=-1");
    TestImages.write(images.resolve("val/" + name(3)), content(3));
    TestImages.write(images.resolve("test/" + name(4)), content(4));
    assertFails(() -> Ilsvrc2012.unlabeled(images))
        .hasMessageContaining("found its parts test and val");
  }

  @Test
  void someClassFoldersAreEnoughWithSynsets() throws IOException {
    TestImages.write(images.resolve("n02119789/" + name(2)), content(2));
    TestImages.write(images.resolve("val/n01440764/" + name(1)), content(1));
    Path synsets = text("synset_words.txt", SYNSET_WORDS);
    assertThat(summary(Ilsvrc2012.classFolders(images, synsets))).containsExactly("1=0", "2=2");
    assertThat(summary(Ilsvrc2012.classFolders(tar("./n02119789/" + name(7)), synsets)))
        .containsExactly("7=2");
    TestImages.write(images.resolve("n99999999/" + name(3)), content(3));
    assertFails(() -> Ilsvrc2012.classFolders(images, synsets))
        .hasMessage(
            images
                + ": expected folders of classes of "
                + synsets
                + ", found n99999999/"
                + name(3));
  }

  @Test
  void kagglesSolutionAndWordNetIdsAreLabels() throws IOException {
    flat(1, 2);
    String one = "ILSVRC2012_val_00000001";
    String two = "ILSVRC2012_val_00000002";
    Path synsets = text("synset_words.txt", SYNSET_WORDS);
    for (String labels :
        List.of(
            "ImageId,PredictionString\n"
                + one
                + ",n02119789 85 1 499 272 n02119789 1 2 3 4 \n"
                + two
                + ",n01440764 131 0 499 254 \n",
            one + ",n02119789 85 1 499 272 \n" + two + ",n01440764 131 0 499 254 \n",
            one + ".JPEG n02119789\n" + two + ".JPEG n01440764\n",
            one + ".JPEG,n02119789\n" + two + ".JPEG,n01440764\n")) {
      Path file = text("labels", labels);
      assertThat(summary(Ilsvrc2012.validation(images, file, synsets)))
          .as(labels)
          .containsExactly("1=2", "2=0");
      assertFails(() -> Ilsvrc2012.validation(images, file))
          .hasMessageContaining(
              "expected a synset mapping that tells the class of WordNet ID n02119789");
    }
    StringBuilder all = new StringBuilder();
    for (int i = 1000; i >= 1; i--) {
      all.append("ILSVRC2012_val_%08d.JPEG n%08d\n".formatted(i, 5000 + i));
    }
    assertThat(summary(Ilsvrc2012.validation(images, text("all.txt", all.toString()))))
        .containsExactly("1=0", "2=1");
  }

  @Test
  void aTarThatIsCutAnywhereIsRefused() throws IOException {
    Path archive = tar(name(1), "val/", "val/" + name(2), name(3));
    byte[] whole = Files.readAllBytes(archive);
    int blocks = 4 + 3; // A header each, and a block of content for each file.
    Path labels = valTxt(1, 2, 0);
    for (int length = 0; length < 512 * (blocks + 1); length += 128) {
      Files.write(archive, Arrays.copyOf(whole, length));
      assertFails(() -> Ilsvrc2012.validation(archive, labels))
          .as("%d bytes", length)
          .hasMessageStartingWith(archive + ": expected ");
    }
    Files.write(archive, Arrays.copyOf(whole, 512 * (blocks + 1)));
    assertThat(Ilsvrc2012.validation(archive, labels).size()).isEqualTo(3);
  }

  @Test
  void aTarIsReadByManyThreadsAtOnce() throws IOException {
    String[] paths = new String[50];
    Arrays.setAll(paths, i -> name(i + 1));
    ImageDataset dataset = Ilsvrc2012.validation(tar(paths), valTxt(new int[50]));
    IntStream.range(0, 2000)
        .parallel()
        .forEach(
            i -> {
              LabeledImage image = dataset.images().get(i % 50);
              try {
                assertThat(new String(image.open().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo(image.name());
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
  }

  @Test
  void imagesInATarAreDecoded() throws IOException {
    Path archive = temp.resolve("real.tar");
    try (OutputStream out = Files.newOutputStream(archive);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (int i = 1; i <= 3; i++) {
        byte[] jpeg = TestImages.jpeg(TestImages.plain(8, 8, 0x010101 * 50 * i));
        TarArchiveEntry entry = new TarArchiveEntry(name(i));
        entry.setSize(jpeg.length);
        tar.putArchiveEntry(entry);
        tar.write(jpeg);
        tar.closeArchiveEntry();
      }
    }
    List<Float> reds = new ArrayList<>();
    try (BatchLoader loader =
            Ilsvrc2012.validation(archive, valTxt(0, 1, 2))
                .batches(3, Preprocessing.builder().withCrop(8).build())
                .load();
        ImageBatch batch = loader.next()) {
      for (int i = 0; i < 3; i++) {
        reds.add(batch.images().getFloat(i, 0, 4, 4));
      }
    }
    assertThat(reds).containsExactly(50f, 100f, 150f);
  }

  @Test
  void theThreeLayoutsAreTheSameDataSet() throws IOException {
    flat(1, 2);
    Path folders = temp.resolve("folders");
    TestImages.write(folders.resolve("n02119789/" + name(1)), content(1));
    TestImages.write(folders.resolve("n01440764/" + name(2)), content(2));
    Path labels = valTxt(2, 0);
    List<String> names = names(Ilsvrc2012.validation(images, labels));
    assertThat(names(Ilsvrc2012.validation(folders, labels))).isEqualTo(names);
    assertThat(names(Ilsvrc2012.validation(tar(name(2), name(1)), labels))).isEqualTo(names);
  }

  private static List<String> names(ImageDataset dataset) {
    return dataset.images().stream().map(LabeledImage::name).toList();
  }

  @Test
  void theGroundTruthGoesByFileNumberAndIlsvrcId() throws IOException {
    flat(1, 3, 4);
    Path truth = text("ILSVRC2012_validation_ground_truth.txt", "3\n2\n1\n2\n");
    assertThat(summary(Ilsvrc2012.validation(images, truth, text("meta.txt", META))))
        .containsExactly("1=0", "3=2", "4=1");
    String otherWay = "n02119789 1 kit_fox\r\nn02100735 2 English_setter\r\nn01440764 3 tench\r\n";
    assertThat(summary(Ilsvrc2012.validation(images, truth, text("map_clsloc.txt", otherWay))))
        .containsExactly("1=0", "3=2", "4=1");
  }

  @Test
  void valTxtMayHaveFoldersTabsBlankLinesAtTheEndAndAByteOrderMark() throws IOException {
    flat(1, 2);
    Path labels =
        text("val.txt", "\ufeffval/" + name(1) + "\t 7\r\nn01440764/" + name(2) + " 8\r\n\r\n");
    assertThat(summary(Ilsvrc2012.validation(images, labels))).containsExactly("1=7", "2=8");
  }

  @Test
  void aMissingLabelNamesTheImage() throws IOException {
    flat(1, 2, 3);
    Path labels = valTxt(1, 2);
    assertFails(() -> Ilsvrc2012.validation(images, labels))
        .hasMessage(
            labels + ": expected a label for image ILSVRC2012_val_00000003.JPEG, found none");
    Path truth = text("truth.txt", "1\n2\n");
    Path meta = text("meta.txt", META);
    assertFails(() -> Ilsvrc2012.validation(images, truth, meta))
        .hasMessage(
            truth + ": expected a label for image ILSVRC2012_val_00000003.JPEG, found none");
  }

  @Test
  void aLabelOutOfRangeNamesTheLine() throws IOException {
    flat(1, 2);
    Path negative = valTxt(1, -1);
    assertFails(() -> Ilsvrc2012.validation(images, negative))
        .hasMessage(negative + ", line 2: expected a class 0 to 999, found '" + name(2) + " -1'");
    Path large = valTxt(1000, 1);
    assertFails(() -> Ilsvrc2012.validation(images, large))
        .hasMessageContaining("line 1: expected a class 0 to 999");
    Path words = text("synset_words.txt", SYNSET_WORDS);
    Path beyondWords = valTxt(2, 3);
    assertFails(() -> Ilsvrc2012.validation(images, beyondWords, words))
        .hasMessageContaining("line 2: expected a class 0 to 2");
    Path truth = text("truth.txt", "1\n4\n");
    Path meta = text("meta.txt", META);
    assertFails(() -> Ilsvrc2012.validation(images, truth, meta))
        .hasMessage(truth + ", line 2: expected an ILSVRC ID of 1 to 3, found '4'");
    Path zero = text("zero.txt", "0\n1\n");
    assertFails(() -> Ilsvrc2012.validation(images, zero, meta)).hasMessageContaining("line 1");
  }

  @Test
  void malformedLinesAreNamed() throws IOException {
    flat(1, 2);
    for (String line : List.of("justaname.JPEG", "", "a b", "a 1.5", "a 99999999999")) {
      Path labels = text("val.txt", name(1) + " 5\n" + line + "\n" + name(2) + " 6\n");
      assertFails(() -> Ilsvrc2012.validation(images, labels))
          .hasMessageStartingWith(labels + ", line 2: expected ")
          .hasMessageEndingWith("found '" + line + "'");
    }
    Path noNumber = text("val.txt", "abc\n");
    assertFails(() -> Ilsvrc2012.validation(images, noNumber)).hasMessageContaining("line 1");
    Path truth = text("truth.txt", "1\n\n2\n");
    Path meta = text("meta.txt", META);
    assertFails(() -> Ilsvrc2012.validation(images, truth, meta))
        .hasMessage(truth + ", line 2: expected an ILSVRC ID of 1 to 3, found ''");
  }

  @Test
  void anImageLabeledTwiceNamesTheLine() throws IOException {
    flat(1);
    Path labels = text("val.txt", name(1) + " 5\n" + name(1) + " 5\n");
    assertFails(() -> Ilsvrc2012.validation(images, labels))
        .hasMessage(labels + ", line 2: expected each image once, found '" + name(1) + " 5'");
    Path folders = text("val2.txt", "a/" + name(1) + " 5\nb/" + name(1) + " 5\n");
    assertFails(() -> Ilsvrc2012.validation(images, folders))
        .hasMessageContaining("expected each image once, found " + name(1) + " twice");
  }

  @Test
  void aNumberFoundTwiceIsAnError() throws IOException {
    flat(1);
    TestImages.write(images.resolve("n01440764/" + name(1)), content(1));
    Path labels = valTxt(0);
    assertFails(() -> Ilsvrc2012.validation(images, labels))
        .hasMessageContaining("expected each image number once, found ")
        .hasMessageContaining("n01440764/" + name(1));
  }

  @Test
  void anImageWithoutANumberIsAnError() throws IOException {
    flat(1);
    TestImages.write(images.resolve("cat.JPEG"), content(1));
    Path labels = valTxt(0);
    assertFails(() -> Ilsvrc2012.validation(images, labels))
        .hasMessage(
            images + ": expected images named like ILSVRC2012_val_00000001.JPEG, found cat.JPEG");
  }

  @Test
  void anEmptyFolderIsAnError() throws IOException {
    Path labels = valTxt(0);
    assertFails(() -> Ilsvrc2012.validation(images, labels))
        .hasMessage(
            images + ": expected images named like ILSVRC2012_val_00000001.JPEG, found none");
    Path tar = tar("empty/");
    assertFails(() -> Ilsvrc2012.validation(tar, labels)).hasMessageContaining("found none");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Path labels = valTxt(0);
    Path nowhere = temp.resolve("nowhere");
    assertFails(() -> Ilsvrc2012.validation(nowhere, labels))
        .hasMessage(nowhere + ": expected a folder of images, found nothing");
    flat(1);
    assertFails(() -> Ilsvrc2012.validation(images, nowhere))
        .hasMessage(nowhere + ": expected labels, found nothing");
    assertFails(() -> Ilsvrc2012.validation(images, labels, nowhere))
        .hasMessage(nowhere + ": expected a synset mapping, found nothing");
    Path empty = text("empty.txt", "\n");
    assertFails(() -> Ilsvrc2012.validation(images, empty))
        .hasMessage(empty + ": expected labels, found an empty file");
    Path binary = TestImages.write(temp.resolve("binary"), new byte[] {(byte) 0xff, 1, 2});
    assertFails(() -> Ilsvrc2012.validation(images, binary))
        .hasMessage(binary + ": expected labels, found no UTF-8 text");
  }

  @Test
  void whatIsNoTarIsAnError() throws IOException {
    Path labels = valTxt(0);
    Path notes = text("notes.tar", "no archive, just notes\n".repeat(100));
    assertFails(() -> Ilsvrc2012.validation(notes, labels))
        .hasMessageStartingWith(
            notes + ": expected a folder of images or an uncompressed tar archive of them, found");
  }

  @Test
  void aTruncatedTarIsAnError() throws IOException {
    Path tar = tar(name(1), name(2));
    Path labels = valTxt(0, 1);
    Files.write(tar, Arrays.copyOf(Files.readAllBytes(tar), 1536 + 10));
    assertFails(() -> Ilsvrc2012.validation(tar, labels)).hasMessageContaining(tar.toString());
  }

  @Test
  void theGroundTruthNeedsIds() throws IOException {
    flat(1);
    Path truth = text("truth.txt", "1\n");
    assertFails(() -> Ilsvrc2012.validation(images, truth))
        .hasMessage(
            truth
                + ": expected a synset mapping with ILSVRC IDs beside this file of ILSVRC IDs,"
                + " found none");
    Path words = text("synset_words.txt", SYNSET_WORDS);
    assertFails(() -> Ilsvrc2012.validation(images, truth, words))
        .hasMessageEndingWith("found one without IDs");
  }

  @Test
  void malformedSynsetMappingsNameTheLine() throws IOException {
    flat(1);
    Path truth = text("truth.txt", "1\n");
    record Case(String text, String message) {}
    List<Case> cases =
        List.of(
            new Case("1 n02119789\nkit fox\n", "line 2: expected 'WNID words'"),
            new Case("1 n02119789\n1 n01440764\n", "line 2: expected each ILSVRC ID once"),
            new Case("1 n02119789\n2 n02119789\n", "line 2: expected each WNID once"),
            new Case("1 n02119789\n3 n01440764\n", "line 2: expected an ILSVRC ID of 1 to 2"),
            new Case("1 n02119789\nn01440764 tench\n", "line 2: expected 'WNID words'"),
            new Case("n01440764 tench\n1 n02119789\n", "line 2: expected 'WNID words'"));
    for (Case bad : cases) {
      Path mapping = text("mapping.txt", bad.text);
      assertFails(() -> Ilsvrc2012.validation(images, truth, mapping))
          .hasMessageStartingWith(mapping + ", " + bad.message);
    }
  }

  @Test
  void aFolderThatContradictsTheLabelIsAnError() throws IOException {
    TestImages.write(images.resolve("n02119789/" + name(1)), content(1));
    Path words = text("synset_words.txt", SYNSET_WORDS);
    Path labels = valTxt(1);
    assertFails(() -> Ilsvrc2012.validation(images, labels, words))
        .hasMessage(
            "n02119789/"
                + name(1)
                + ": expected class 1 as its label says, found class 2 for folder n02119789 in "
                + words);
  }

  @Test
  void classNamesAreInTheOrderOfTheClassesWhateverTheForm() {
    String clsloc = "n02119789 1 kit_fox\nn02100735 2 English_setter\nn01440764 3 tench\n";
    List<String> plain = List.of("tench", "English setter", "kit fox");

    assertThat(classNames(SYNSET_WORDS))
        .containsExactly("tench, Tinca tinca", "English setter", "kit fox");
    assertThat(classNames(META)).isEqualTo(plain);
    assertThat(classNames(clsloc)).isEqualTo(plain);
    assertThat(classNames("n02119789\nn01440764\n")).containsExactly("", "");
  }

  private List<String> classNames(String mapping) {
    try {
      return Ilsvrc2012.classNames(text("mapping.txt", mapping));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

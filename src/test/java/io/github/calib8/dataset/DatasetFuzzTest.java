package io.github.calib8.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.calib8.fuzz.Fuzzing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An error that only a disk has is none of a damaged file. */
class DatasetFuzzTest {
  private static final String ONE = "ILSVRC2012_val_00000001";
  private static final String TWO = "ILSVRC2012_val_00000002";

  @TempDir private Path folder;

  /** Reads a data set. */
  private interface Reader {
    ImageDataset read(Path file) throws IOException;
  }

  private void check(List<byte[]> files, Reader reader) {
    Path file = folder.resolve("damaged");
    Fuzzing.check(
        files,
        bytes -> {
          try {
            Files.write(file, bytes);
            for (LabeledImage image : reader.read(file).images()) {
              image.encoded();
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        DatasetException.class,
        10);
  }

  @Test
  void damagedArchivesAreReadOrRefused() throws IOException {
    check(List.of(tar(3), tar(1)), Ilsvrc2012::unlabeled);
  }

  @Test
  void damagedLabelsAreReadOrRefused() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    Files.writeString(images.resolve(ONE + ".JPEG"), "a");
    Files.writeString(images.resolve(TWO + ".JPEG"), "b");
    Path synsets = folder.resolve("synset_words.txt");
    Files.writeString(synsets, "n01440764 tench\nn01443537 goldfish, Carassius\n");
    check(
        List.of(
            (ONE + ".JPEG 0\n" + TWO + ".JPEG 12\n").getBytes(UTF_8),
            ("\ufeff" + ONE + ".JPEG n01440764\r\n" + TWO + ".JPEG n01443537\r\n").getBytes(UTF_8),
            ("image,label\n\"" + TWO + ".JPEG\",1\n" + ONE + ".JPEG,0\n").getBytes(UTF_8),
            ("ImageId,PredictionString\n"
                    + ONE
                    + ",n01440764 1 2 3 4 \n"
                    + TWO
                    + ",n01443537 1 2 3 4 \n")
                .getBytes(UTF_8)),
        file -> Ilsvrc2012.withAnyLabels(images, file, synsets));
  }

  @Test
  void damagedSynsetsAreReadOrRefused() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    Files.writeString(images.resolve("a.jpg"), "a");
    Path labels = folder.resolve("labels.txt");
    Files.writeString(labels, "a.jpg n01440764\n");
    check(
        List.of("n01440764 tench\nn01443537 goldfish, Carassius\n".getBytes(UTF_8)),
        file -> ImageFolder.read(images, labels, file));
  }

  private static byte[] tar(int entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 1024)) {
      for (int i = 1; i <= entries; i++) {
        byte[] content = ("content " + i).getBytes(UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry("val/ILSVRC2012_val_%08d.JPEG".formatted(i));
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}

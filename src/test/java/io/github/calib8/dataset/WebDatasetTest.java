package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebDatasetTest {
  @TempDir Path temp;

  /** Writes a shard: names and contents in turns; gzipped if its name says so. */
  private Path shard(String name, String... files) throws IOException {
    Path shard = temp.resolve(name);
    Files.createDirectories(shard.getParent());
    try (OutputStream file = Files.newOutputStream(shard);
        OutputStream out = name.endsWith("gz") ? new GZIPOutputStream(file) : file;
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (int i = 0; i < files.length; i += 2) {
        byte[] content = files[i + 1].getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(files[i]);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return shard;
  }

  private static List<String> contents(ImageDataset images) throws IOException {
    List<String> contents = new ArrayList<>();
    for (LabeledImage image : images.images()) {
      String bytes = new String(image.open().readAllBytes(), StandardCharsets.UTF_8);
      contents.add("%s %s: %s".formatted(image.name(), image.label(), bytes));
    }
    return contents;
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> failure(Path shards) {
    return assertThatThrownBy(() -> WebDataset.read(shards)).isInstanceOf(DatasetException.class);
  }

  @Test
  void imagesComeInTheOrderOfTheArchiveWithTheClassesBesideThem() throws IOException {
    Path shard =
        shard(
            "a.tar",
            "dir/b.jpg",
            "B",
            "dir/b.cls",
            "7\n",
            "./a.PNG",
            "A",
            "a.json",
            "{\"label\": 3, \"cls\": 9}",
            "c.cls",
            "1",
            "c.txt",
            "no image",
            "c.jpeg",
            "C",
            ".hidden.jpg",
            "H");
    assertThat(contents(WebDataset.read(shard)))
        .containsExactly("dir/b.jpg 7: B", "a.PNG 3: A", "c.jpeg 1: C");
  }

  @Test
  void aKeyEndsAtTheFirstDotOfTheName() throws IOException {
    Path shard = shard("a.tar", "v1.0/k.jpg", "K", "v1.0/k.seg.png", "mask", "v1.0/k.cls", "2");
    assertThat(contents(WebDataset.read(shard))).containsExactly("v1.0/k.jpg 2: K");
  }

  @Test
  void aClassMayStandInEitherMemberOfTheJson() throws IOException {
    Path shard = shard("a.tar", "k.jpg", "K", "k.json", "{\"cls\": \"12\"}");
    assertThat(contents(WebDataset.read(shard))).containsExactly("k.jpg 12: K");
  }

  @Test
  void aFolderAndAGlobOfShardsAreReadInTheOrderOfTheirNames() throws IOException {
    shard("s/val-1.tar", "b.jpg", "B", "b.cls", "1");
    shard("s/val-0.tar.gz", "z.jpg", "Z", "z.cls", "0", "y.jpg", "Y", "y.cls", "5");
    shard("s/train-0.tgz", "t.jpg", "T", "t.cls", "4");
    assertThat(contents(WebDataset.read(temp.resolve("s"))))
        .containsExactly("t.jpg 4: T", "z.jpg 0: Z", "y.jpg 5: Y", "b.jpg 1: B");
    assertThat(contents(WebDataset.read(temp.resolve("s/val-*"))))
        .containsExactly("z.jpg 0: Z", "y.jpg 5: Y", "b.jpg 1: B");
  }

  @Test
  void aGzippedShardHoldsTheImagesOfThePlainOne() throws IOException {
    String[] files = {"b.jpg", "B".repeat(70_000), "b.cls", "1", "a.jpg", "A", "a.cls", "2"};
    assertThat(contents(WebDataset.read(shard("p.tar.gz", files))))
        .isEqualTo(contents(WebDataset.read(shard("p.tar", files))));
  }

  @Test
  void moreGzippedShardsThanAreKeptUnpackedCanBeReadInAnyOrder() throws IOException {
    int most = Math.max(9, 2 * Runtime.getRuntime().availableProcessors());
    for (int i = 0; i < most; i++) {
      shard("many/" + i + ".tgz", "k" + i + ".jpg", "I" + i, "k" + i + ".cls", "" + i);
    }
    ImageDataset images = WebDataset.read(temp.resolve("many"));
    List<String> contents = contents(images);
    assertThat(contents).hasSize(most).contains("k4.jpg 4: I4");
    assertThat(contents(images.shuffled(1))).containsExactlyInAnyOrderElementsOf(contents);
  }

  @Test
  void anInterruptedThreadStopsUnpacking() throws IOException {
    Path shard = shard("long.tgz", "k.jpg", "K", "k.cls", "1");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> UnpackedShards.apply(shard, unpacked -> unpacked))
          .isInstanceOf(ClosedByInterruptException.class);
    } finally {
      Thread.interrupted();
    }
    assertThat(contents(WebDataset.read(shard))).containsExactly("k.jpg 1: K");
  }

  @Test
  void namesThatAreInTwoShardsTellTheShard() throws IOException {
    shard("t/0.tar", "k.jpg", "A", "k.cls", "1");
    shard("t/1.tar", "k.jpg", "B", "k.cls", "2");
    assertThat(contents(WebDataset.read(temp.resolve("t"))))
        .containsExactly("0.tar/k.jpg 1: A", "1.tar/k.jpg 2: B");
  }

  @Test
  void imagesWithoutClassesCalibrateOnly() throws IOException {
    Path shard = shard("a.tar", "k.jpg", "K", "l.txt", "text", "m.cls", "7");
    assertThat(contents(WebDataset.unlabeled(shard))).containsExactly("k.jpg -1: K");
    failure(shard).hasMessageContainingAll(shard.toString(), "class of key 'k'", "found neither");
  }

  @Test
  void whatIsWrongWithAKeyIsSaidWithShardAndKey() throws IOException {
    failure(shard("a.tar", "k.cls", "1"))
        .hasMessageContainingAll("a.tar", "one image of key 'k'", "found none");
    failure(shard("b.tar", "k.jpg", "A", "k.png", "B", "k.cls", "1"))
        .hasMessageContainingAll("b.tar", "one image of key 'k'", "k.jpg and k.png");
    failure(shard("c.tar", "k.jpg", "A", "k.cls", "cat"))
        .hasMessageContainingAll("c.tar", "class from 0 in k.cls", "'cat'");
    failure(shard("d.tar", "k.jpg", "A", "k.cls", "-1")).hasMessageContaining("'-1'");
    failure(shard("e.tar", "k.jpg", "A", "k.json", "{\"width\": 3}"))
        .hasMessageContaining("member label or cls in k.json");
    failure(shard("f.tar", "k.jpg", "A", "k.json", "{")).hasMessageContaining("JSON object");
    failure(shard("g.tar", "k.txt", "A")).hasMessageContainingAll("g.tar", "found none");
    failure(temp.resolve("nothing-*.tar")).hasMessageContaining("found none");
  }

  @Test
  void aDamagedShardIsAnErrorThatNamesIt() throws IOException {
    String[] files = {"b.jpg", "B".repeat(70_000), "b.cls", "1"};
    for (String name : List.of("cut.tar", "cut.tar.gz")) {
      Path shard = shard(name, files);
      byte[] bytes = Files.readAllBytes(shard);
      Files.write(shard, Arrays.copyOf(bytes, bytes.length / 2));
      failure(shard).hasMessageContainingAll(name, "runcated");
    }
    Path text = Files.writeString(temp.resolve("text.tgz"), "no archive");
    failure(text).hasMessageContainingAll("text.tgz", "gzipped");
    Path cutInside = temp.resolve("inside.tgz");
    byte[] tar = Files.readAllBytes(shard("whole.tar", files));
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(cutInside))) {
      out.write(tar, 0, 1024);
    }
    failure(cutInside).hasMessageContainingAll("inside.tgz", "runcated");
  }

  @Test
  void shardsAreToldFromOtherImages() throws IOException {
    assertThat(WebDataset.is(shard("a.tar", "k.jpg", "A", "k.cls", "1"))).isTrue();
    assertThat(WebDataset.is(shard("b.tar", "k.jpg", "A"))).isFalse();
    assertThat(WebDataset.is(shard("c.tar.gz", "k.jpg", "A"))).isTrue();
    assertThat(WebDataset.is(shard("mixed/c.tar", "k.jpg", "A").getParent())).isTrue();
    Files.writeString(temp.resolve("mixed/image.jpg"), "an image");
    assertThat(WebDataset.is(temp.resolve("mixed"))).isFalse();
    assertThat(WebDataset.is(temp.resolve("none"))).isFalse();
    assertThat(WebDataset.is(temp.resolve("mixed/*.tar"))).isTrue();
  }
}

package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardsCommandTest {
  @TempDir private Path folder;
  private TinySetup tiny;
  private Path shards;

  @BeforeEach
  void writeShards() throws IOException {
    tiny = new TinySetup(folder);
    shards = Files.createDirectory(folder.resolve("shards"));
    write("val-0.tar", 1, 13);
    write("val-1.tar.gz", 14, TinySetup.IMAGES);
  }

  private void write(String name, int from, int to) throws IOException {
    try (OutputStream file = Files.newOutputStream(shards.resolve(name));
        OutputStream out = name.endsWith("gz") ? new GZIPOutputStream(file) : file;
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (int i = from; i <= to; i++) {
        String image = tiny.image(i).getFileName().toString();
        put(tar, image, Files.readAllBytes(tiny.image(i)));
        byte[] label = String.valueOf(i % 3).getBytes(StandardCharsets.US_ASCII);
        put(tar, image.replace(".JPEG", ".cls"), label);
      }
    }
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private CommandLineRun evaluate(Path images, Path table, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("evaluate", "--model", tiny.model.toString(), "--images", images.toString()));
    arguments.addAll(List.of("--table", table.toString(), "--resize", "none", "--crop", "6"));
    arguments.addAll(List.of("--preprocess", "caffe", "--batch-size", "5"));
    arguments.addAll(List.of("--calibration-batches", "2"));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray());
  }

  @Test
  void shardsAndAFolderOfTheSameImagesGiveTheSameTable() {
    Path expected = folder.resolve("folder.json");
    CommandLineRun run = evaluate(tiny.images, expected, "--labels", tiny.labels.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    for (Path images : List.of(shards, shards.resolve("*.tar*"))) {
      Path table = folder.resolve("table.json");
      CommandLineRun ofShards = evaluate(images, table);
      assertThat(ofShards.exitCode()).as(ofShards.err()).isZero();
      assertThat(table).hasSameBinaryContentAs(expected);
    }
  }

  @Test
  void aLabelFileBesideShardsIsRefused() {
    CommandLineRun run =
        evaluate(shards, folder.resolve("t.json"), "--labels", tiny.labels.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("without --labels, found both");
  }

  @Test
  void aDamagedShardIsOneLineThatNamesIt() throws IOException {
    Path cut = shards.resolve("val-1.tar.gz");
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));

    CommandLineRun run = evaluate(shards, folder.resolve("t.json"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err().lines().filter(line -> line.startsWith("calib8:")))
        .singleElement()
        .asString()
        .contains("val-1.tar.gz", "truncated");
    assertThat(folder.resolve("t.json")).doesNotExist();
  }
}

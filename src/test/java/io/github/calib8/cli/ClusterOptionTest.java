package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cluster itself is tried in src/it/spark: Spark is not on the class path here. */
class ClusterOptionTest {
  @TempDir private Path folder;
  private TinySetup tiny;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
  }

  @Test
  void withoutSparkOneLineSaysSo() {
    CommandLineRun run = tiny.evaluate("--spark", "local[2]");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .containsExactly(
            "calib8: Expected Spark 4 for Scala 2.13 on the class path with --spark, found none:"
                + " give this file to spark-submit");
  }

  @Test
  void withoutSparkOneLineSaysSoOfParquetAndOfAddresses() {
    assertThat(refused("images.parquet"))
        .isEqualTo(
            "calib8: Expected Spark 4 for Scala 2.13 on the class path, which reads Parquet, found"
                + " none: give this file to spark-submit, or images that are no Parquet:"
                + " images.parquet");
    assertThat(refused("s3a://bucket/folder"))
        .isEqualTo(
            "calib8: Expected --spark with the address of images, found none: s3a://bucket/folder");
  }

  /** A stray file does not make a folder of images one of Parquet, nor is it passed over. */
  @Test
  void aFolderOfImagesAndParquetIsRefused() throws IOException {
    Path images = Files.createDirectories(folder.resolve("mixed/cats"));
    Files.createFile(images.resolve("1.jpg"));
    Files.createFile(images.resolveSibling("stray.parquet"));
    assertThat(refused(images.getParent().toString()))
        .isEqualTo(
            "calib8: Expected a folder of Parquet or one of images, found both, such as"
                + " stray.parquet and cats/1.jpg: "
                + images.getParent());

    Files.delete(images.resolve("1.jpg"));
    assertThat(refused(images.getParent().toString()))
        .startsWith(
            "calib8: Expected Spark 4 for Scala 2.13 on the class path, which reads Parquet");
  }

  /** What is said of images in a line, of a command that needs no labels. */
  private String refused(String images) {
    CommandLineRun run =
        CommandLineRun.of(
            "quantize",
            "--model",
            tiny.model,
            "--out",
            folder.resolve("out.onnx"),
            "--preprocess",
            "torchvision",
            "--images",
            images);
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(folder.resolve("out.onnx")).doesNotExist();
    assertThat(run.err().lines()).hasSize(1);
    return run.err().strip();
  }

  @Test
  void quantizeNeedsImagesForACluster() {
    CommandLineRun run =
        CommandLineRun.of(
            "quantize",
            "--model",
            tiny.model,
            "--out",
            folder.resolve("out.onnx"),
            "--use-table",
            folder.resolve("table.json"),
            "--spark",
            "local[2]");
    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err()).contains("Expected --images with --spark, found none");
  }

  @Test
  void whatAClusterDoesNotDoIsRefused() {
    CommandLineRun run = tiny.evaluate("--spark", "yarn", "--resume", folder.resolve("state"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err())
        .contains(
            "Expected --spark without --resume, found both: Spark runs lost parts again by itself,"
                + " and nothing is kept between two runs");
    assertThat(folder.resolve("state")).doesNotExist();
  }
}

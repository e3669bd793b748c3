package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.CalibrationTable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluateCommandTest {

  @TempDir private Path folder;
  private TinySetup tiny;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
  }

  @Test
  void calibratesQuantizesAndPrintsTheTable() {
    CommandLineRun run = tiny.evaluate();

    assertThat(run.err()).doesNotContain("calib8:").contains("20 of 20 images");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("| network |")
        .contains("| model   |", "100.00 / 100.00", "Measured on");
  }

  @Test
  void writesTheModelTheTableAndTheFigures() throws IOException {
    Path int8 = folder.resolve("int8.onnx");
    Path table = folder.resolve("table.json");
    Path json = folder.resolve("figures.json");

    CommandLineRun run = tiny.evaluate("--int8", int8, "--table", table, "--json", json);

    assertThat(run.err()).doesNotContain("calib8:");
    assertThat(run.exitCode()).isZero();
    assertThat(OnnxModel.read(int8).nodes())
        .anyMatch(node -> node.opType().equals("QuantizeLinear"));
    assertThat(CalibrationTable.read(table).provenance().images()).hasSize(10);
    JsonNode network = new ObjectMapper().readTree(Files.readString(json)).get("networks").get(0);
    assertThat(network.get("name").textValue()).isEqualTo("model");
    assertThat(network.get("images").intValue()).isEqualTo(20);
    assertThat(network.get("fp32").get("top1").doubleValue()).isEqualTo(100);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "images", "model.onnx", "val.txt", "int8.onnx", "table.json", "figures.json");
    }
  }

  @Test
  void writesAPageAndASpreadsheet() throws IOException {
    Path html = folder.resolve("report.html");
    Path csv = folder.resolve("report.csv");

    CommandLineRun run = tiny.evaluate("--html", html, "--csv", csv);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(html))
        .startsWith("<!DOCTYPE html>")
        .contains("model: INT8 loses 0.00", "<code>relu</code>", "Made at 20")
        .contains(OnnxModel.read(tiny.model).sha256());
    assertThat(Files.readAllLines(csv)).hasSize(2);
  }

  @Test
  void thePageShowsTheImagesWhoseClassChanged() throws IOException {
    // Grays whose colors are so close that integers cannot tell them apart.
    Random random = new Random(1);
    for (int i = 1; i <= TinySetup.IMAGES; i++) {
      BufferedImage gray = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 64; pixel++) {
        int rgb = random.nextInt(5) << 16 | random.nextInt(5) << 8 | random.nextInt(5);
        gray.setRGB(pixel % 8, pixel / 8, 0x808080 + rgb);
      }
      ImageIO.write(gray, "png", tiny.image(i).toFile());
    }
    Path html = folder.resolve("report.html");
    Path synsets = folder.resolve("synsets.txt");
    Files.writeString(synsets, "n00000001 red, crimson\nn00000002 green\nn00000003 blue\n");

    CommandLineRun run = tiny.evaluate("--html", html, "--synsets", synsets);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(html))
        .contains("<img src=\"data:image/jpeg;base64,/9j/", "0 red, ", "wrong</span>")
        .doesNotContain("crimson");
  }

  @ParameterizedTest
  @ValueSource(strings = {"entropy", "max-abs", "mse", "percentile=99.9"})
  void everyMethodWorks(String method) {
    assertThat(tiny.evaluate("--method", method).exitCode()).isZero();
  }

  @Test
  void theLimitCountsCalibrationImages() {
    CommandLineRun run = tiny.evaluate("--limit", "17");

    assertThat(run.err()).contains("7 of 7 images");
  }

  @Test
  void imagesThatCannotBeReadAreLeftOutOnRequest() throws IOException {
    Files.writeString(tiny.image(20), "no image");

    CommandLineRun run = tiny.evaluate("--skip-unreadable");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("left out 1 unreadable image(s): ILSVRC2012_val_00000020.JPEG");
  }

  @Test
  void theFoldersMayBeLinksAndTheLabelsOfBareNames() throws IOException {
    Path real = Files.createDirectories(folder.resolve("disk/val"));
    for (int i = 1; i <= TinySetup.IMAGES; i++) {
      Path target = Files.createDirectories(real.resolve("n0000000" + i % 3));
      Files.copy(tiny.image(i), target.resolve(tiny.image(i).getFileName()));
    }
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);

    CommandLineRun run = tiny.evaluate("--images", link);

    assertThat(run.err()).doesNotContain("calib8:");
    assertThat(run.out()).contains("100.00 / 100.00");
  }

  @Test
  void classFoldersNeedNoLabels() throws IOException {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    for (int i = 1; i <= TinySetup.IMAGES; i++) {
      Path target = Files.createDirectories(classes.resolve("class" + i % 3));
      Files.copy(tiny.image(i), target.resolve(i + ".jpg"));
    }

    CommandLineRun run =
        CommandLineRun.of(
            "evaluate",
            "--model",
            tiny.model,
            "--images",
            classes,
            "--preprocess",
            "caffe",
            "--resize",
            "none",
            "--crop",
            "6",
            "--batch-size",
            "5",
            "--calibration-batches",
            "2");

    assertThat(run.err()).doesNotContain("calib8:");
    assertThat(run.out()).contains("100.00 / 100.00");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--crop | zero | Expected a whole number of 1 or more, found 'zero'",
        "--threads | 0 | Expected a whole number of 1 or more, found '0'",
        "--batch-size | -5 | Expected a whole number of 1 or more, found '-5'",
        "--method | guess | guess",
        "--resize | big | found 'big'",
        "--preprocess | tensorflow | Expected caffe or torchvision, found 'tensorflow'",
        "--surprise | 1 | --surprise"
      })
  void wrongUsageIsOneLineThatPointsToTheHelp(String option, String value, String message) {
    CommandLineRun run = tiny.evaluate(option, value);

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains(message, "(see calib8 evaluate --help)");
  }

  @Test
  void requiredOptionsAreAskedFor() {
    CommandLineRun run = CommandLineRun.of("evaluate");

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err()).hasLineCount(1).contains("--model", "--images", "--preprocess");
  }

  @Test
  void noOutputMayReplaceAnInputOrAnotherOutput() {
    Path out = folder.resolve("out");

    assertThat(tiny.evaluate("--html", tiny.model).exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(tiny.evaluate("--int8", tiny.model).exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(tiny.evaluate("--json", out, "--table", out).err()).contains("found '" + out);
    assertThat(out).doesNotExist();
  }

  @Test
  void stacktraceShowsWhereAnErrorComesFrom() throws IOException {
    Files.delete(tiny.model);

    assertThat(tiny.evaluate().err()).hasLineCount(1);
    assertThat(tiny.evaluate("--stacktrace").err()).contains("NoSuchFileException", "\tat ");
  }

  @Test
  void helpHoldsAnExample() {
    CommandLineRun run = CommandLineRun.of("evaluate", "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Example:", "--calibration-batches", "Default: 25.");
  }
}

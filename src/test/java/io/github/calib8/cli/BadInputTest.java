package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.calib8.caffe.CaffeException;
import io.github.calib8.caffe.CaffeFiles;
import io.github.calib8.caffe.CaffeImporter;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each bad input gives one line that names it, exit code 3, and no output file. */
class BadInputTest {

  @TempDir private Path folder;
  private TinySetup tiny;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
  }

  @Test
  void missingModel() throws IOException {
    Files.delete(tiny.model);

    assertRefused("model.onnx", "no such file");
  }

  @Test
  void truncatedModel() throws IOException {
    byte[] whole = Files.readAllBytes(tiny.model);
    Files.write(tiny.model, Arrays.copyOf(whole, whole.length / 2));

    assertRefused("model.onnx");
  }

  @Test
  void textFileInPlaceOfAModel() throws IOException {
    Files.writeString(tiny.model, "This is no model at all.");

    assertRefused("model.onnx");
  }

  @Test
  void pointerOfGitLfsInPlaceOfAModel() throws IOException {
    Files.writeString(
        tiny.model,
        "version https://git-lfs.github.com/spec/v1\noid sha256:"
            + "0".repeat(64)
            + "\nsize 12345\n");

    assertRefused("model.onnx", "Git LFS", "git lfs pull");
    assertRefused(CommandLineRun.of("inspect", tiny.model), "Git LFS");
    byte[] pointer = Files.readAllBytes(tiny.model);
    assertThatExceptionOfType(OnnxException.class)
        .isThrownBy(() -> OnnxModel.parse(pointer, "pointer"))
        .withMessageContaining("Git LFS");
    CaffeFiles.write(tiny.folder);
    Path deploy = tiny.folder.resolve("deploy.prototxt");
    assertThatExceptionOfType(CaffeException.class)
        .isThrownBy(() -> CaffeImporter.read(deploy, tiny.model))
        .withMessageContainingAll(tiny.model.toString(), "Git LFS");
  }

  @Test
  void modelWithTwoInputs() throws IOException {
    GraphBuilder graph = TinySetup.graph();
    graph.input(new ValueInfo("second", DataType.FLOAT, List.of(-1L, 3L)));
    graph.node("Add", List.of("logits", "second"), "sum", Map.of());
    tiny.write(
        graph.outputs(List.of(new ValueInfo("sum", DataType.FLOAT, List.of(-1L, 3L)))).build());

    assertRefused("model", "data", "second");
  }

  @Test
  void unknownOperator() throws IOException {
    GraphBuilder graph = TinySetup.graph();
    graph.node("Frobnicate", List.of("logits"), "result", Map.of());
    tiny.write(
        graph.outputs(List.of(new ValueInfo("result", DataType.FLOAT, List.of(-1L, 3L)))).build());

    assertRefused("model", "Frobnicate");
  }

  @Test
  void modelOfTwoOutputsIsRefusedBeforeItIsCalibrated() throws IOException {
    GraphBuilder graph = TinySetup.graph();
    tiny.write(graph.output(new ValueInfo("pool", DataType.FLOAT, List.of())).build());
    Path table = folder.resolve("table.json");

    CommandLineRun run = tiny.evaluate("--table", table);

    assertThat(run.err()).hasLineCount(1).contains("Expected one output", "logits", "pool");
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(table).doesNotExist();
  }

  @Test
  void aMapOfScoresIsRefusedBeforeItIsCalibrated() throws IOException {
    GraphBuilder graph = TinySetup.graph();
    List<Long> dims = List.of(-1L, 3L, 6L, 6L);
    graph.node("Relu", List.of("data"), "mask", Map.of());
    tiny.write(graph.outputs(List.of(new ValueInfo("mask", DataType.FLOAT, dims))).build());
    Path table = folder.resolve("table.json");

    assertRefused(tiny.evaluate("--table", table), "'mask'", "[N,3,6,6]");
    assertThat(table).doesNotExist();
  }

  @Test
  void labelMissingForAnImage() throws IOException {
    List<String> lines = Files.readAllLines(tiny.labels);
    Files.write(tiny.labels, lines.subList(0, 20));

    assertRefused("val.txt", "ILSVRC2012_val_00000021.JPEG");
  }

  @Test
  void labelThatIsNoClassOfTheModel() throws IOException {
    List<String> lines = Files.readAllLines(tiny.labels);
    lines.set(24, "ILSVRC2012_val_00000025.JPEG 3");
    Files.write(tiny.labels, lines);

    assertRefused(
        "Expected labels from 0 to 2, the classes of 'model', found 3",
        "ILSVRC2012_val_00000025.JPEG");
  }

  @Test
  void labelsThatCountFromOneGetAHint() throws IOException {
    List<String> lines =
        Files.readAllLines(tiny.labels).stream()
            .map(
                line ->
                    line.substring(0, line.length() - 1)
                        + (line.charAt(line.length() - 1) - '0' + 1))
            .toList();
    Files.write(tiny.labels, lines);

    assertRefused("found 3", "no label is 0, so they may count from 1: calib8 doctor");
  }

  @Test
  void labelThatIsNoClassOfTheModelIsSaidBeforeItIsCalibrated() throws IOException {
    List<String> lines = Files.readAllLines(tiny.labels);
    lines.set(24, "ILSVRC2012_val_00000025.JPEG 3");
    Files.write(tiny.labels, lines);
    Path table = folder.resolve("table.json");

    assertRefused(tiny.evaluate("--table", table), "classes of 'model', found 3");
    assertThat(table).doesNotExist();
  }

  @Test
  void foldersOfSomeClassesAreSaidAndWordNetIdsRefused() throws IOException {
    Path classes = Files.createDirectory(folder.resolve("some"));
    for (int i = 1; i <= 20; i++) {
      Path target = Files.createDirectories(classes.resolve("n0000000" + i % 2));
      Files.copy(tiny.image(i), target.resolve("image" + i + ".jfif"));
    }
    Files.write(classes.resolve("n00000000/other.heic"), new byte[100]);
    Object[] usual = {
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
      "2"
    };

    assertRefused(CommandLineRun.of(usual), "Expected --synsets", "all 3 of 'model', found 2");

    Path synsets =
        Files.writeString(
            folder.resolve("synsets.txt"), "n00000000 red\nn00000001 green\nn00000002 blue\n");
    Object[] named = Arrays.copyOf(usual, usual.length + 2);
    named[usual.length] = "--synsets";
    named[usual.length + 1] = synsets;
    CommandLineRun run = CommandLineRun.of(named);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.FINE);
    assertThat(run.err())
        .contains("Note: 1 images are left out", "n00000000/other.heic")
        .doesNotContain("stand for the first");

    Files.move(classes.resolve("n00000000"), classes.resolve("a"));
    Files.move(classes.resolve("n00000001"), classes.resolve("b"));
    assertThat(CommandLineRun.of(usual).err())
        .contains("Note: 2 folders stand for the first of the 3 classes of 'model'");
  }

  @Test
  void labelThatIsNoClassOfIlsvrc2012() throws IOException {
    List<String> lines = Files.readAllLines(tiny.labels);
    lines.set(24, "ILSVRC2012_val_00000025.JPEG 1000");
    Files.write(tiny.labels, lines);

    assertRefused("val.txt", "25", "1000");
  }

  @Test
  void emptyFolder() throws IOException {
    for (int i = 1; i <= TinySetup.IMAGES; i++) {
      Files.delete(tiny.image(i));
    }

    assertRefused(tiny.images.toString());
  }

  @Test
  void missingFolder() {
    assertRefused(
        CommandLineRun.of(
            "evaluate",
            "--model",
            tiny.model,
            "--preprocess",
            "caffe",
            "--images",
            folder.resolve("nowhere"),
            "--labels",
            tiny.labels),
        "nowhere");
  }

  @Test
  void tooFewImagesToCalibrateAndMeasure() {
    assertRefused(
        tiny.evaluate("--limit", "10"),
        "Expected more than 10 images",
        "found 10",
        "images",
        "--calibration-batches");
  }

  @Test
  void caffesFilesInPlaceOfAModel() {
    for (String name : List.of("net.caffemodel", "deploy.prototxt")) {
      Path file = folder.resolve(name);
      assertRefused(tiny.evaluate("--model", file), "import-caffe", file.toString());
    }
  }

  @Test
  void imagesWithoutLabels() throws IOException {
    assertRefused(
        CommandLineRun.of(
            "evaluate", "--model", tiny.model, "--preprocess", "caffe", "--images", tiny.images),
        "label file",
        "ILSVRC2012_val_00000001.JPEG");
  }

  @Test
  void textFileNamedJpeg() throws IOException {
    Files.writeString(tiny.image(7), "This is no image at all.");

    assertRefused("ILSVRC2012_val_00000007.JPEG");
  }

  @Test
  void imageOfOnePixel() throws IOException {
    BufferedImage pixel = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(pixel, "jpg", tiny.image(7).toFile());

    assertRefused("ILSVRC2012_val_00000007.JPEG", "6 x 6", "1 x 1");
    assertThat(tiny.evaluate("--resize", "square:6").exitCode()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void imagesBeyondTheLimits() {
    assertRefused(tiny.evaluate("--max-pixels", "63"), "at most 63 pixels, found 8 x 8");
    assertRefused(tiny.evaluate("--max-image-bytes", "99"), "at most 99 bytes, found");
    assertThat(tiny.evaluate("--max-pixels", "64").exitCode()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void nanInTheWeights() throws IOException {
    tiny.write(TinySetup.graph(Float.NaN).build());

    assertRefused(tiny.model + ": ", "kernel", "NaN");
  }

  @Test
  void modelOfAnotherInputSize() {
    assertRefused(tiny.evaluate("--crop", "7"), "[N,3,6,6]", "[3,7,7]");
  }

  @Test
  void cropLargerThanTheResizedImages() {
    assertRefused(tiny.evaluate("--resize", "short:4"), "Expected a crop that fits short:4");
  }

  @Test
  void imagesThatCalibrateAndMeasureAtOnce() throws IOException {
    Path int8 = folder.resolve("int8.onnx");
    tiny.evaluate("--int8", int8);
    OnnxModel quantized = OnnxModel.read(int8);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Evaluator.builder()
                    .build()
                    .compare(
                        OnnxModel.read(tiny.model),
                        quantized,
                        Ilsvrc2012.validation(tiny.images, tiny.labels)
                            .batches(5, preprocessing())))
        .withMessageContaining("found 10 that it was, the first is 'ILSVRC2012_val_00000001.JPEG'");
  }

  @Test
  void tableOfAnotherModel() throws IOException {
    CalibrationTable table =
        Calibrator.builder(OnnxModel.read(tiny.model))
            .build()
            .calibrate(Ilsvrc2012.validation(tiny.images, tiny.labels).batches(5, preprocessing()));
    OnnxModel other = TinySetup.graph(0.25f).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantizer.forCpu().quantize(other, table))
        .withMessageContaining(other.sha256())
        .withMessageContaining(table.provenance().modelSha256());
  }

  @Test
  void outputFolderThatIsAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    for (String option : List.of("--int8", "--table", "--json")) {
      CommandLineRun run = tiny.evaluate(option, file.resolve("out"));
      assertThat(run.err()).hasLineCount(1).contains("out", file.toString());
      assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    }
  }

  @Test
  void outputThatIsAFolder() {
    assertRefused(tiny.evaluate("--json", folder), "found a folder", folder.toString());
  }

  @Test
  void readOnlyOutputFolder() throws IOException {
    Path readOnly = Files.createDirectory(folder.resolve("read-only"));
    File file = readOnly.toFile();
    assumeFalse(file.setWritable(false) && Files.isWritable(readOnly), "root writes everywhere");
    try {
      for (String option : List.of("--int8", "--table", "--json")) {
        CommandLineRun run = tiny.evaluate(option, readOnly.resolve("out"));
        assertThat(run.err()).hasLineCount(1).contains("read-only", readOnly.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
      }
    } finally {
      file.setWritable(true);
    }
  }

  @Test
  void anErrorOnTheWayLeavesNoHalfWrittenFile() throws IOException {
    Files.writeString(tiny.image(29), "This is no image at all.");
    Path json = folder.resolve("figures.json");

    assertRefused(tiny.evaluate("--json", json), "ILSVRC2012_val_00000029.JPEG");

    assertThat(json).doesNotExist();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  private void assertRefused(String... parts) {
    assertRefused(tiny.evaluate("--json", folder.resolve("figures.json")), parts);
    assertThat(folder.resolve("figures.json")).doesNotExist();
  }

  /** One line about the error, after those about the progress up to it. */
  private static void assertRefused(CommandLineRun run, String... parts) {
    List<String> errors = run.err().lines().filter(line -> line.startsWith("calib8: ")).toList();
    assertThat(errors).as(run.err()).hasSize(1);
    assertThat(errors.get(0)).contains(parts);
    assertThat(run.err().lines())
        .allMatch(line -> line.startsWith("calib8: ") || line.startsWith("model: "));
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.out()).isEmpty();
  }

  private static Preprocessing preprocessing() {
    return Preprocessing.caffe().toBuilder().withResize(Resize.none()).withCrop(6).build();
  }
}

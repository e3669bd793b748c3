package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.Int8Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
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
  void theOutputThatIsTheClassScoresIsChosen() throws IOException {
    CommandLineRun expected = tiny.evaluate("--json", folder.resolve("one.json"));
    GraphBuilder graph = TinySetup.graph();
    tiny.write(graph.output(new ValueInfo("pool", DataType.FLOAT, List.of())).build());
    Path int8 = folder.resolve("int8.onnx");

    CommandLineRun run =
        tiny.evaluate("--output", "logits", "--int8", int8, "--json", folder.resolve("two.json"));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(expected.exitCode()).isZero();
    assertThat(OnnxModel.read(int8).outputs())
        .extracting(ValueInfo::name)
        .containsExactly("logits", "pool");
    List<JsonNode> networks = new ArrayList<>();
    for (String file : List.of("one.json", "two.json")) {
      networks.add(
          new ObjectMapper()
              .readTree(Files.readString(folder.resolve(file)))
              .get("networks")
              .get(0));
    }
    assertThat(networks.get(1).get("meanKl")).isNotNull().isEqualTo(networks.get(0).get("meanKl"));
    assertThat(networks.get(1).get("fp32").get("top1"))
        .isEqualTo(networks.get(0).get("fp32").get("top1"));
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
  void whatRunsInIntegersIsSaid() throws IOException {
    Path json = folder.resolve("figures.json");
    Path html = folder.resolve("report.html");

    CommandLineRun run = tiny.evaluate("--keep-float", "logits", "--json", json, "--html", html);

    String counts =
        "model: 1 of 2 convolutions and matrix products in integers, 99.6 % of the multiply-adds.";
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(counts, "INT8 top-1", "model: Gemm 'logits' keeps float: asked for.");
    assertThat(Files.readString(html))
        .contains(counts, "keeps float: asked for.", "INT8 against FP32");
    JsonNode network = new ObjectMapper().readTree(Files.readString(json)).get("networks").get(0);
    assertThat(network.get("products"))
        .hasToString("{\"count\":2,\"inIntegers\":1,\"shareOfMultiplyAdds\":0.996923076923}");
    assertThat(network.get("float").get(0).get("node").textValue()).isEqualTo("logits");
  }

  @Test
  void aReportWithNothingInIntegersIsNotCalledInt8() throws IOException {
    Path html = folder.resolve("report.html");
    Path json = folder.resolve("figures.json");

    CommandLineRun run =
        tiny.evaluate(
            "--keep-float",
            "op:Conv,op:Gemm",
            "--html",
            html,
            "--json",
            json,
            "--integers-at-least",
            "1");

    assertThat(run.exitCode()).isEqualTo(ExitCode.LIMIT_BROKEN);
    assertThat(run.err())
        .contains("Expected 1.0 % of the multiply-adds in integers or more, found 0 % for 'model'");
    assertThat(run.out())
        .contains("quantized top-1", "model: nothing runs in integers: none of 2 ")
        .doesNotContain("INT8 top-1", "FP32 - INT8", "INT8 scales");
    assertThat(Files.readString(html))
        .contains(
            "Quantized against FP32", "model: the quantized model ", "nothing runs in integers")
        .doesNotContain("INT8 top-1", "FP32 - INT8", "INT8 against");
    assertThat(Files.readString(json)).contains("\"kind\": \"NOTHING_IN_INTEGERS\"");
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
    tiny.useGrays();
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
  @ValueSource(
      strings = {"entropy", "entropy=1.5", "entropy=s7310", "max-abs", "mse", "percentile=99.9"})
  void everyMethodWorks(String method) {
    assertThat(tiny.evaluate("--method", method).exitCode()).isZero();
  }

  @Test
  void allMethodsAreComparedFromOneCalibration() throws IOException {
    Path json = folder.resolve("figures.json");

    CommandLineRun run = tiny.evaluate("--method", "all", "--json", json);

    assertThat(run.exitCode()).as(run.err()).isZero();
    for (CalibrationMethod method : CalibrationMethod.all()) {
      assertThat(run.out()).contains("| model, " + method.id() + " ");
    }
    // One run of FP32 for all.
    assertThat(Files.readAllLines(json).stream().filter(line -> line.contains("\"fp32\"")).count())
        .isEqualTo(6);
    assertThat(run.err().lines().filter(line -> line.contains("calibration")).count())
        .isLessThan(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--int8", "--plan", "--table", "--use-table", "--fail-above"})
  void imagesThatMeasureChooseNoMethod(String option) {
    CommandLineRun run = tiny.evaluate("--method", "all", option, "1.json");

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(folder.resolve("1.json")).doesNotExist();
  }

  @Test
  void tensorsThatAreLikelyToHurtAreNamed() {
    CommandLineRun run = tiny.evaluate("--method", "percentile=60");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("tensors are likely to hurt: ", "least squared error on them is mse");
    assertThat(run.out()).contains("model: 3 quantized tensors are likely to hurt", "relu (");
    assertThat(tiny.evaluate().err()).doesNotContain("likely to hurt");
  }

  @Test
  void labelsShiftedByOneDoNotPass() throws IOException {
    List<String> shifted = new ArrayList<>();
    for (String line : Files.readAllLines(tiny.labels)) {
      String[] words = line.split(" ");
      shifted.add(words[0] + " " + (Integer.parseInt(words[1]) + 1) % 3);
    }
    Files.write(tiny.labels, shifted);

    CommandLineRun noted = tiny.evaluate();
    CommandLineRun limited = tiny.evaluate("--fail-above", "0.5");
    CommandLineRun expecting = tiny.evaluate("--fp32-at-least", "60");

    assertThat(noted.exitCode()).isZero();
    assertThat(noted.out()).contains("FP32 itself is hardly better than guessing: 0.00 %");
    assertThat(limited.exitCode()).isEqualTo(ExitCode.LIMIT_BROKEN);
    assertThat(limited.err()).contains("Expected an FP32 model better than chance, found 0.00 %");
    assertThat(expecting.exitCode()).isEqualTo(ExitCode.LIMIT_BROKEN);
    assertThat(expecting.err()).contains("Expected FP32 itself at 60.0 % of top-1 or more");
  }

  @Test
  void anFp32ModelAsGoodAsExpectedPasses() {
    assertThat(tiny.evaluate("--fp32-at-least", "99.5", "--fail-above", "0.5").exitCode()).isZero();
    assertThat(tiny.evaluate("--fp32-at-least", "101").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
  }

  @Test
  void theLimitCountsCalibrationImages() {
    CommandLineRun run = tiny.evaluate("--limit", "17");

    assertThat(run.err()).contains("7 of 7 images").doesNotContain("Note:");
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
    Path classes = tiny.classFolders();

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

    assertThat(run.err())
        .doesNotContain("calib8:")
        .contains("Note: the 10 images that calibrate are of 1 of 3 classes; ");
    assertThat(run.out()).contains("100.00 / 100.00");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--crop | zero | Expected a crop of pixels, 224 or HEIGHTxWIDTH, found 'zero'",
        "--threads | 0 | Expected a whole number of 1 or more, found '0'",
        "--batch-size | -5 | Expected a whole number of 1 or more, found '-5'",
        "--method | guess | guess",
        "--resize | big | found 'big'",
        "--preprocess | pytorch | Expected caffe, torchvision, timm, tensorflow, keras-caffe or a"
            + " file, found 'pytorch'",
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
    assertThat(run.err()).hasLineCount(1).contains("--model", "--images");
    assertThat(CommandLineRun.of("evaluate", "--model", "a.onnx", "--images", "b").err())
        .hasLineCount(1)
        .startsWith("calib8: Expected --preprocess, ");
    assertThat(CommandLineRun.of("evaluate", "--modell", "a.onnx").err())
        .hasLineCount(1)
        .startsWith("calib8: Unknown: --modell a.onnx; Missing required options: '--model=M.onnx'");
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

  /** Grays that integers cannot tell apart, and a class for each that FP32 finds. */
  @Test
  void aLossAboveTheLimitIsAnExitCodeOfItsOwn() throws IOException {
    Path json = folder.resolve("figures.json");
    CommandLineRun measured = tiny.evaluate("--method", "percentile=5", "--json", json);
    JsonNode network = new ObjectMapper().readTree(Files.readString(json)).get("networks").get(0);
    double loss = network.get("difference").get("top1").doubleValue();
    assertThat(measured.exitCode()).isZero();
    assertThat(loss).isPositive();

    CommandLineRun above =
        tiny.evaluate("--method", "percentile=5", "--fail-above", "" + (loss - 1));
    CommandLineRun below = tiny.evaluate("--method", "percentile=5", "--fail-above", "" + loss);

    assertThat(above.exitCode()).isEqualTo(ExitCode.LIMIT_BROKEN);
    assertThat(above.out()).startsWith("| network |");
    assertThat(above.err())
        .contains("calib8: Expected a loss of at most " + (loss - 1) + " points of top-1, found ")
        .contains("for 'model'");
    assertThat(below.exitCode()).isZero();
  }

  /**
   * The means of normalized channels are all but zero, and their scale too small for the engine's
   * integer kernel.
   */
  @Test
  void aMeanThatTheEngineRefusesInIntegersKeepsFloat() throws IOException {
    GraphBuilder graph = GraphBuilder.create("normalized");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 6L, 6L)));
    graph.initializer(Tensor.floats("kernel", List.of(3L, 3L, 1L, 1L), 1, 0, 0, 0, 1, 0, 0, 0, 1));
    graph.initializer(Tensor.floats("scale", List.of(3L), 1, 1, 1));
    graph.initializer(Tensor.floats("zero", List.of(3L), 0, 0, 0));
    graph.initializer(Tensor.floats("order", List.of(3L, 3L), 1, 0, 0, 0, 1, 0, 0, 0, 1));
    graph.node("Conv", List.of("data", "kernel"), "conv", Map.of());
    graph.node("InstanceNormalization", List.of("conv", "scale", "zero"), "normal", Map.of());
    graph.node("GlobalAveragePool", List.of("normal"), "mean", Map.of());
    graph.node("Flatten", List.of("mean"), "flat", Map.of());
    graph.node("Gemm", List.of("flat", "order"), "logits", Map.of());
    tiny.write(graph.output(new ValueInfo("logits", DataType.FLOAT, List.of(-1L, 3L))).build());
    Path int8 = folder.resolve("int8.onnx");
    Path plan = folder.resolve("plan.json");

    CommandLineRun run = tiny.evaluate("--int8", int8, "--plan", plan, "--rounding", "nearest");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("1 of 2 convolutions", "keeps float: an average's input has");
    assertThat(int8).isNotEmptyFile();
    for (JsonNode node : new ObjectMapper().readTree(plan.toFile()).get("nodes")) {
      assertThat(node.get("precision").asText().equals("INT8"))
          .as(node.toString())
          .isEqualTo(node.get("operator").asText().equals("Conv"));
    }
  }

  @Test
  void theReportsTellHowWeightsWereRoundedAsThePlanDoes() throws IOException {
    tiny.write(TinySetup.graphOfCoarseSteps().build());
    Path json = folder.resolve("figures.json");
    Path html = folder.resolve("page.html");
    Path plan = folder.resolve("plan.json");
    // Weights of 8 bits on every processor.
    CommandLineRun run =
        tiny.evaluate("--target", "tensorrt", "--json", json, "--html", html, "--plan", plan);

    assertThat(run.exitCode()).as(run.err()).isZero();
    ObjectMapper reader = new ObjectMapper();
    JsonNode rounding = reader.readTree(json.toFile()).at("/networks/0/rounding");
    List<ObjectNode> planned = new ArrayList<>();
    for (JsonNode node : reader.readTree(plan.toFile()).get("nodes")) {
      if (node.has("rounding")) {
        ObjectNode layer = node.get("rounding").deepCopy();
        layer.set("output", node.get("output"));
        planned.add(layer);
      }
    }
    assertThat(planned).hasSize(2);
    List<JsonNode> layers = new ArrayList<>();
    rounding.get("layers").forEach(layers::add);
    assertThat(layers)
        .usingElementComparator(EvaluateCommandTest::compareFields)
        .containsExactlyElementsOf(planned);
    assertThat(rounding.get("by").textValue()).isEqualTo("inputs");
    assertThat(rounding.get("images").intValue()).isEqualTo(7);
    assertThat(rounding.get("heldBack").intValue()).isEqualTo(3);
    assertThat(rounding.get("nearestDivergence").doubleValue()).isPositive();
    assertThat(rounding.get("divergence").doubleValue()).isPositive();
    assertThat(run.out())
        .contains(
            String.format(
                Locale.ROOT,
                "divergence %.3g to nearest, %.3g by the inputs",
                rounding.get("nearestDivergence").doubleValue(),
                rounding.get("divergence").doubleValue()));
    assertThat(Files.readString(html)).contains("Rounding of the weights", "The 2 layers");

    tiny.evaluate("--json", json, "--rounding", "nearest");
    assertThat(reader.readTree(json.toFile()).at("/networks/0/rounding"))
        .hasToString("{\"by\":\"nearest\"}");
  }

  /** 0 if the fields are equal, whatever their order; numbers to twelve digits. */
  private static int compareFields(JsonNode a, JsonNode b) {
    assertThat(a.size()).isEqualTo(b.size());
    a.properties()
        .forEach(
            field -> {
              JsonNode other = b.get(field.getKey());
              if (field.getValue().isNumber()) {
                assertThat(field.getValue().doubleValue())
                    .isCloseTo(other.doubleValue(), Percentage.withPercentage(1e-9));
              } else {
                assertThat(field.getValue()).isEqualTo(other);
              }
            });
    return 0;
  }

  @Test
  void aResumedRunRoundsToTheSameBytes() throws IOException {
    tiny.write(TinySetup.graphOfCoarseSteps().build());
    Path whole = folder.resolve("whole.onnx");
    Path first = folder.resolve("first.onnx");
    Path second = folder.resolve("second.onnx");
    Path state = folder.resolve("state");
    // Weights of 8 bits on every processor.
    CommandLineRun once = tiny.evaluate("--target", "tensorrt", "--int8", whole);
    assertThat(once.out()).contains("layers rounded by 7 images");
    tiny.evaluate("--target", "tensorrt", "--int8", first, "--resume", state, "--threads", "1");
    CommandLineRun resumed =
        tiny.evaluate(
            "--target", "tensorrt", "--int8", second, "--resume", state, "--threads", "2");

    assertThat(resumed.err()).contains("10 of 10 images, all from an earlier run");
    assertThat(OnnxModel.read(whole).metadata()).containsEntry(Int8Metadata.ROUNDING, "inputs");
    assertThat(first).hasSameBinaryContentAs(whole);
    assertThat(second).hasSameBinaryContentAs(whole);
  }

  @Test
  void severalMethodsShareTheRoundingOfTheirWeights() throws IOException {
    Path json = folder.resolve("figures.json");
    CommandLineRun run = tiny.evaluate("--method", "all", "--json", json);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err().lines().filter(line -> line.contains("reading what weights multiply")))
        .hasSize(1);
    assertThat(run.err().lines().filter(line -> line.contains("comparing roundings")))
        .singleElement()
        .asString()
        .contains("%1$s of %1$s images".formatted(3 * 2 * CalibrationMethod.all().size()));
    assertThat(run.err()).contains("rounding the weights of 2 layers by 10 images");
    for (JsonNode network : new ObjectMapper().readTree(json.toFile()).get("networks")) {
      assertThat(network.at("/rounding/layers")).hasSize(2);
    }
  }

  @Test
  void goesOnFromASavedState() throws IOException {
    Path state = folder.resolve("new/state");
    CommandLineRun first = tiny.evaluate("--resume", state);
    CommandLineRun second = tiny.evaluate("--resume", state);

    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(second.exitCode()).isZero();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(second.err())
        .contains("10 of 10 images, all from an earlier run")
        .contains("20 of 20 images, all from an earlier run");
    try (Stream<Path> files = Files.list(state)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              ".lock",
              "model.calibration",
              "model.calibration.images",
              "model.evaluation",
              "model.evaluation.images");
    }
  }

  @Test
  void aStateOfSomethingElseIsOneLineThatNamesTheFile() throws IOException {
    Path state = folder.resolve("state");
    tiny.evaluate("--resume", state);

    CommandLineRun other = tiny.evaluate("--resume", state, "--crop", "6", "--resize", "square:6");
    Files.writeString(state.resolve("model.evaluation"), "no evaluation");
    CommandLineRun damaged = tiny.evaluate("--resume", state);
    CommandLineRun file = tiny.evaluate("--resume", tiny.model);

    assertThat(other.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(other.err())
        .hasLineCount(1)
        .contains("model.calibration: Expected statistics of the same preprocessing, ", "square:6");
    assertThat(damaged.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(damaged.err()).contains("model.evaluation, near byte ", "something else");
    assertThat(file.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(file.err()).hasLineCount(1).contains("Expected a folder for --resume");
    assertThat(tiny.evaluate("--save-every", "3").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
  }

  @Test
  void anInterruptionIsOneLine() {
    Thread.currentThread().interrupt();
    CommandLineRun run = tiny.evaluate("--resume", folder.resolve("state"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(run.exitCode()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("calib8: Interrupted; the same command goes on from what is saved in ");
  }

  @Test
  void helpHoldsAnExample() {
    CommandLineRun run = CommandLineRun.of("evaluate", "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Examples:", "--calibration-batches", "Default: 25.");
  }
}

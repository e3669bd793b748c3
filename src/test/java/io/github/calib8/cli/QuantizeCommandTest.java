package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.Processor;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.DynamicRange;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.TensorCalibration;
import io.github.calib8.scale.TensorRtCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class QuantizeCommandTest {
  private static final String IN_INTEGERS =
      "2 of 2 convolutions and matrix products in integers, 100 % of the multiply-adds\n";

  @TempDir private Path folder;
  private TinySetup tiny;
  private Path out;
  private Path table;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
    out = folder.resolve("out.onnx");
    table = folder.resolve("table.json");
  }

  private CommandLineRun quantize(Object... more) {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of("quantize", "--model", tiny.model, "--out", out));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray());
  }

  private CommandLineRun calibrate(Object... more) {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of("--images", tiny.images, "--labels", tiny.labels));
    arguments.addAll(List.of("--preprocess", "caffe", "--resize", "none", "--crop", "6"));
    arguments.addAll(List.of(more));
    return quantize(arguments.toArray());
  }

  @Test
  void quantizesForTheProcessorUnlessToldOtherwise() throws IOException {
    CommandLineRun run = calibrate("--table", table);

    assertThat(run.err()).doesNotContain("calib8:");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(OnnxModel.read(out).metadata()).containsEntry("calib8.target", "cpu");
    assertThat(CalibrationTable.read(table).get("relu").parameters().type())
        .isEqualTo(IntegerType.UINT8);
  }

  @Test
  void saysWhatWasWritten() throws IOException {
    // Few images: the entropy of none of the three tensors can be told.
    CommandLineRun both = calibrate("--table", table);
    CommandLineRun modelAlone = calibrate("--method", "max-abs", "--target", "tensorrt");

    assertThat(CalibrationTable.read(table).tensors())
        .hasSize(3)
        .allSatisfy(entry -> assertThat(entry.degenerate()).isPresent());
    assertThat(both.out().lines())
        .startsWith(
            "Wrote %s and %s: INT8 for cpu, with the scales of 3 tensors, 3 of them degenerate"
                .formatted(out, table),
            IN_INTEGERS.strip())
        .hasSize(3)
        .last()
        .asString()
        .startsWith("Weights ")
        .contains(" layers", "to nearest", "by the inputs, on 10 images held back");
    assertThat(modelAlone.out().lines())
        .startsWith(
            "Wrote %s: INT8 for tensorrt, with the scales of 3 tensors, 0 of them degenerate"
                .formatted(out),
            IN_INTEGERS.strip() + ", if TensorRT does as the file says")
        .hasSize(3);
  }

  @Test
  void measuresWhatIsFastestHere() throws IOException {
    CommandLineRun run = calibrate("--fastest");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Measured here, times as fast as FP32: integers where costs say so ")
        .contains(", floating point ")
        .containsOnlyOnce(" (taken)");
    CommandLineRun elsewhere = calibrate("--fastest", "--target", "tensorrt");
    assertThat(elsewhere.err()).contains("Expected --target cpu with --fastest, found tensorrt");
  }

  @Test
  void writesACacheForTensorRtOfEveryTensorThatRunsInIntegers() throws IOException {
    Path cache = folder.resolve("trt.cache");
    CommandLineRun run =
        calibrate(
            "--table", table, "--cache", cache, "--cache-header", "TRT-100600-EntropyCalibration2");

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINE);
    TensorRtCache written = TensorRtCache.read(cache);
    assertThat(written.header()).hasToString("TRT-100600-EntropyCalibration2");
    OnnxModel model = OnnxModel.read(tiny.model);
    List<String> made = new ArrayList<>(List.of(model.input().name()));
    model.nodes().forEach(node -> made.addAll(node.outputs()));
    List<String> held = written.ranges().ranges().stream().map(DynamicRange::tensor).toList();
    // Only what classes are read from stays in floating point.
    made.removeAll(held);
    assertThat(made).containsExactly("logits");
  }

  @Test
  void roundsToNearestWithoutImagesOrIfAskedTo() throws IOException {
    CommandLineRun asked = calibrate("--table", table, "--rounding", "nearest");
    assertThat(asked.out().lines()).last().isEqualTo("Weights rounded to nearest");
    CommandLineRun without = quantize("--use-table", table);
    assertThat(without.out().lines())
        .contains("Weights rounded to nearest, as there are no images to round them by");
    CommandLineRun unknown = calibrate("--rounding", "up");
    assertThat(unknown.err()).contains("Expected nearest or inputs, found 'up'");
  }

  @Test
  void whatStaysInFloatingPointIsNamed() throws IOException {
    Path json = folder.resolve("inspected.json");

    CommandLineRun run = calibrate("--keep-float", "logits", "--integers-at-least", "99.1");
    CommandLineRun inspected = CommandLineRun.of("inspect", out, "--json", json);

    // The convolution has 6 x 6 x 3 x 27 multiply-adds, the Gemm has 9.
    String counts = "1 of 2 convolutions and matrix products in integers, 99.6 % of the";
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("INT8 for cpu", counts, "\nGemm 'logits' keeps float: asked for\n");
    assertThat(inspected.out())
        .contains("Products       " + counts, "Gemm 'logits' keeps float: asked for");
    assertThat(json)
        .hasContent(
            """
            {
              "schemaVersion": 1,
              "parameters": 96,
              "multiplyAdds": 2925,
              "products": {
                "count": 2,
                "inIntegers": 1,
                "shareOfMultiplyAdds": 0.996923076923
              },
              "float": [ {
                "node": "logits",
                "operator": "Gemm",
                "reason": "asked for"
              } ]
            }
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "tensorrt"})
  void whatHasNothingInIntegersIsNotCalledInt8(String target) {
    CommandLineRun run =
        calibrate("--keep-float", "op:Conv,op:Gemm", "--target", target, "--plan", table);
    CommandLineRun inspected = CommandLineRun.of("inspect", out);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "quantized for " + target, "0 of 2 ", "0 % of", "\nNote: nothing runs in integers")
        .doesNotContain("INT8 for");
    assertThat(inspected.out()).contains("0 of 2 ", "Conv 'conv' keeps float: asked for");
  }

  @Test
  void tooLittleInIntegersIsALimitBroken() {
    CommandLineRun run = calibrate("--keep-float", "logits", "--integers-at-least", "99.7");

    assertThat(run.exitCode()).isEqualTo(ExitCode.LIMIT_BROKEN);
    assertThat(run.err())
        .contains("Expected 99.7 % of the multiply-adds in integers or more, found 99.6 % for");
  }

  /** Weights of 4 channels for an image of 3: no pass looks at that, and the engine does. */
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "tensorrt"})
  void whatTheEngineRefusesIsNotWritten(String target) throws IOException {
    GraphBuilder graph = GraphBuilder.create("wrong");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 6L, 6L)));
    graph.initializer(Tensor.floats("w", List.of(1L, 4L, 1L, 1L), 1, 1, 1, 1));
    graph.node("Conv", List.of("data", "w"), "wrong_channels", Map.of());
    graph.node("Flatten", List.of("wrong_channels"), "flat", Map.of());
    tiny.write(graph.output(new ValueInfo("flat", DataType.FLOAT, List.of())).build());
    Path cache = folder.resolve("scales.cache");
    Files.writeString(cache, "TRT-8601-EntropyCalibration2\ndata: 3c010204\n");

    CommandLineRun run = quantize("--use-table", cache, "--plan", table, "--target", target);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("wrong_channels", "nothing was written to " + out);
    assertThat(out).doesNotExist();
    assertThat(table).doesNotExist();
  }

  /** Its shapes fit whatever is known of them; only a run shows that they do not. */
  @Test
  void whatFailsOnAnImageIsNotWritten() throws IOException {
    GraphBuilder graph = TinySetup.graph();
    graph.node("NonZero", List.of("logits"), "where", Map.of());
    graph.node("Cast", List.of("where"), "numbers", Map.of("to", Attribute.of(1)));
    graph.initializer(Tensor.longs("shape", List.of(2L), 7, 11));
    graph.node("Reshape", List.of("numbers", "shape"), "misshapen", Map.of());
    tiny.write(
        graph.outputs(List.of(new ValueInfo("misshapen", DataType.FLOAT, List.of()))).build());

    CommandLineRun run = calibrate("--table", table);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("misshapen", "nothing was written to " + out);
    assertThat(out).doesNotExist();
  }

  @Test
  void tensorsThatAreLikelyToHurtAreNamed() throws IOException {
    CommandLineRun run = calibrate("--method", "percentile=60", "--table", table);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("of 3 tensors are likely to hurt: ", "is mse");
    assertThat(CommandLineRun.of("table", "show", table).out())
        .contains("SQNR dB", "error / least", "of 3 tensors are likely to hurt: ");
  }

  @Test
  void suspectsStayInFloatingPointOnRequest() throws IOException {
    Path plan = folder.resolve("plan.json");
    CommandLineRun run =
        calibrate("--method", "percentile=60", "--keep-float", "suspects", "--plan", plan);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(plan)).contains("asked for");
    assertThat(OnnxModel.read(out).metadata().get("calib8.keptFloat")).contains("relu");
    assertThat(calibrate("--keep-float", "suspects", "--plan", plan).exitCode()).isZero();
    assertThat(Files.readString(plan)).doesNotContain("asked for");
  }

  @Test
  void oneMethodMakesTheScales() {
    CommandLineRun run = calibrate("--method", "all");

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err()).contains("Expected one method, found --method all");
    assertThat(out).doesNotExist();
  }

  @Test
  void foldersThatAreLeftOutAreNoted() throws IOException {
    List<Object> options = new ArrayList<>(List.of("--images", tiny.classFolders()));
    options.addAll(List.of("--preprocess", "caffe", "--resize", "none", "--crop", "6"));
    options.addAll(List.of("--batch-size", "5", "--calibration-batches", "2"));

    CommandLineRun few = quantize(options.toArray());

    assertThat(few.exitCode()).as(few.err()).isZero();
    assertThat(few.err()).contains("Note: the 10 images that calibrate are of 1 of 3 folders; ");
  }

  @Test
  void inspectTellsWhatTheModelWasMadeFor() {
    calibrate("--method", "max-abs");
    String instructionSet = Processor.current().instructionSet().name();
    assertThat(CommandLineRun.of("inspect", out).out())
        .containsPattern(
            "\nQuantized +for cpu with %s, (full|reduced) range of the weights, scales by max-abs from 30 images\n"
                .formatted(instructionSet));

    calibrate("--target", "tensorrt");
    assertThat(CommandLineRun.of("inspect", out).out())
        .containsPattern("\nQuantized +for tensorrt, full range of the weights, scales by entropy");

    assertThat(CommandLineRun.of("inspect", tiny.model).out()).doesNotContain("Quantized");
  }

  @Test
  void forTensorRtTheTableAndTheModelAreSigned() throws IOException {
    assertThat(calibrate("--table", table, "--target", "tensorrt").exitCode())
        .isEqualTo(ExitCode.FINE);

    OnnxModel int8 = OnnxModel.read(out);
    assertThat(int8.metadata()).containsEntry("calib8.target", "tensorrt");
    assertThat(int8.initializers().values()).noneMatch(t -> t.type() == DataType.UINT8);
    assertThat(CalibrationTable.read(table).tensors())
        .extracting(TensorCalibration::parameters)
        .allMatch(parameters -> parameters.type() == IntegerType.INT8);
  }

  @Test
  void nodesKeepFloatByNameByTensorAndByOperator() throws IOException {
    Path plan = folder.resolve("plan.json");
    calibrate("--table", table);
    CommandLineRun run =
        quantize("--use-table", table, "--keep-float", "relu,op:Gemm", "--plan", plan);
    assertThat(run.err()).doesNotContain("calib8:");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(OnnxModel.read(out).metadata().get("calib8.keptFloat")).contains("relu\n");
    assertThat(Files.readString(plan)).contains("\"reason\": \"asked for\"");
  }

  @Test
  void aPlanOfNothingKeptIsTheSameModel() throws IOException {
    Path plan = folder.resolve("plan.json");
    calibrate("--table", table);
    byte[] before = Files.readAllBytes(out);
    quantize("--use-table", table, "--plan", plan);

    assertThat(out).hasBinaryContent(before);
    assertThat(Files.readString(plan))
        .contains("\"target\": \"cpu\"", "\"precision\": \"INT8\"")
        .doesNotContain("asked for");
  }

  @Test
  void aNodeThatIsNotThereIsRefusedBeforeCalibration() {
    CommandLineRun name = calibrate("--keep-float", "rellu");
    assertThat(name.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(name.err())
        .contains("found 'rellu'; nearest names: [relu")
        .doesNotContain("calibration");
    CommandLineRun operator = calibrate("--keep-float", "op:Gem");
    assertThat(operator.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(operator.err()).contains("found 'Gem'; its operators: [");
    assertThat(out).doesNotExist();
  }

  @Test
  void allImagesMayCalibrate() throws IOException {
    assertThat(calibrate("--table", table).exitCode()).isEqualTo(ExitCode.FINE);

    assertThat(CalibrationTable.read(table).provenance().images()).hasSize(TinySetup.IMAGES);
  }

  private CommandLineRun calibrateWithoutLabels(Path images, Object... more) {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of("--images", images, "--preprocess", "caffe", "--resize", "none"));
    arguments.addAll(List.of("--crop", "6"));
    arguments.addAll(List.of(more));
    return quantize(arguments.toArray());
  }

  @Test
  void imagesThatOnlyCalibrateNeedNoLabels() throws IOException {
    calibrate("--table", table, "--batch-size", "5", "--calibration-batches", "2");
    byte[] labeled = Files.readAllBytes(table);

    CommandLineRun run =
        calibrateWithoutLabels(
            tiny.images, "--table", table, "--batch-size", "5", "--calibration-batches", "2");

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(table).hasBinaryContent(labeled);
  }

  @Test
  void anyFolderOfImagesCalibrates() throws IOException {
    Path flat = Files.createDirectories(folder.resolve("flat/deep"));
    Files.copy(tiny.image(1), flat.resolve("a.jpg"));
    Files.copy(tiny.image(2), flat.getParent().resolve("b.jpg"));

    CommandLineRun run = calibrateWithoutLabels(flat.getParent(), "--table", table);

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(CalibrationTable.read(table).provenance().images())
        .containsExactly("b.jpg", "deep/a.jpg");
  }

  @Test
  void measuringNeedsLabels() throws IOException {
    Path flat = Files.createDirectories(folder.resolve("flat"));
    for (int i = 1; i <= TinySetup.IMAGES; i++) {
      Files.copy(tiny.image(i), flat.resolve(i + ".jpg"));
    }

    CommandLineRun run = tiny.evaluate("--images", flat, "--labels", tiny.labels);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains("expected a label for image 1.jpg");
  }

  @Test
  void whatTheEngineRefusesIsRefusedBeforeItIsCalibrated() throws IOException {
    GraphBuilder graph = TinySetup.graph();
    graph.node("Frobnicate", List.of("logits"), "result", Map.of());
    tiny.write(
        graph.outputs(List.of(new ValueInfo("result", DataType.FLOAT, List.of(-1L, 3L)))).build());

    CommandLineRun run = calibrate("--table", table);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains("Frobnicate");
    assertThat(table).doesNotExist();
  }

  @Test
  void aModelOfSeveralOutputsIsQuantized() throws IOException {
    tiny.write(TinySetup.graph().output(new ValueInfo("pool", DataType.FLOAT, List.of())).build());

    assertThat(calibrate().exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(OnnxModel.read(out).outputs()).hasSize(2);
  }

  @Test
  void aTableMadeForTensorRtLosesNothingOnTheProcessor() throws IOException {
    calibrate("--table", table, "--target", "tensorrt", "--method", "max-abs");
    assertThat(quantize("--use-table", table).exitCode()).isEqualTo(ExitCode.FINE);
    OnnxModel ofSigned = OnnxModel.read(out);
    Path other = folder.resolve("other.json");
    assertThat(calibrate("--table", other, "--method", "max-abs").exitCode()).isZero();

    // The metadata tell what each table has measured, in its own types.
    assertThat(OnnxModel.read(out).nodes()).isEqualTo(ofSigned.nodes());
    assertThat(OnnxModel.read(out).initializers()).isEqualTo(ofSigned.initializers());
  }

  @Test
  void theOptionsOfCalibrationApply() throws IOException {
    CommandLineRun run =
        calibrate(
            "--table",
            table,
            "--batch-size",
            "5",
            "--calibration-batches",
            "2",
            "--method",
            "max-abs",
            "--threads",
            "1");

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(CalibrationTable.read(table).provenance().images()).hasSize(10);
    assertThat(CalibrationTable.read(table).provenance().method()).isEqualTo("max-abs");
  }

  @Test
  void aTableGivesTheModelThatCalibrationGave() throws IOException {
    calibrate("--table", table, "--target", "tensorrt");
    byte[] calibrated = Files.readAllBytes(out);
    Files.delete(out);

    CommandLineRun run = quantize("--use-table", table, "--target", "tensorrt");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(out).hasBinaryContent(calibrated);
  }

  @Test
  void aTableOfAnotherModelIsBadInput() throws IOException {
    calibrate("--table", table);
    Files.delete(out);
    tiny.write(TinySetup.graph(0.25f).build());

    CommandLineRun run = quantize("--use-table", table);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains("Expected a calibration table of model");
    assertThat(out).doesNotExist();
  }

  @Test
  void scalesComeFromEitherImagesOrATable() {
    assertThat(quantize().err()).contains("Expected either --images or --use-table, found neither");
    assertThat(calibrate("--use-table", table).err()).contains("found both");
    assertThat(quantize().exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
  }

  @Test
  void imagesNeedTheirPreprocessing() {
    CommandLineRun run = quantize("--images", tiny.images);

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err()).hasLineCount(1).contains("Expected --preprocess, ");
    assertThat(out).doesNotExist();
  }

  @Test
  void thePreprocessingMayBeGivenWithoutAPreset() throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("--images", tiny.images, "--table", table));
    arguments.addAll(List.of("--resize", "none", "--crop", "6", "--mean", "127.5"));

    CommandLineRun run = quantize(arguments.toArray());

    assertThat(run.err()).doesNotContain("calib8:");
    assertThat(CalibrationTable.read(table).provenance().preprocessing())
        .contains("channels=rgb,divisor=1.0,mean=127.5/127.5/127.5,std=1.0/1.0/1.0");
  }

  @Test
  void anUnknownTargetIsNamed() {
    CommandLineRun run = calibrate("--target", "gpu");

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err()).hasLineCount(1).contains("Expected one of cpu, tensorrt, found 'gpu'");
  }

  @Test
  void noOutputMayReplaceAnInputOrAnotherOutput() {
    out = folder.resolve("out.json");
    assertThat(calibrate("--table", out).err()).contains("found '" + out);
    assertThat(out).doesNotExist();
    out = tiny.model;
    assertThat(calibrate().err()).contains("found '" + tiny.model);
  }

  @Test
  void aTableOfAnotherNameIsRead() {
    CommandLineRun run = calibrate("--table", "trt.cache");

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err()).contains("Expected either --images or --use-table, found both");
  }

  @Test
  void evaluateMeasuresTheModelOfTheTarget() throws IOException {
    CommandLineRun run = tiny.evaluate("--target", "tensorrt", "--int8", out);

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(run.out()).contains("100.00 / 100.00");
    assertThat(OnnxModel.read(out).metadata()).containsEntry("calib8.target", "tensorrt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG-u-nu-arab", "tr-TR", "hi-IN-u-nu-deva", "de-DE"})
  void theBytesAreTheSameInAnyLanguage(String language) throws IOException {
    Path table = folder.resolve("table.json");
    tiny.evaluate("--table", table, "--int8", out);
    byte[] expected = Files.readAllBytes(table);
    byte[] model = Files.readAllBytes(out);
    Locale before = Locale.getDefault();
    CommandLineRun run;
    try {
      Locale.setDefault(Locale.forLanguageTag(language));
      run = tiny.evaluate("--table", table, "--int8", out);
    } finally {
      Locale.setDefault(before);
    }
    assertThat(table).hasBinaryContent(expected);
    assertThat(out).hasBinaryContent(model);
    assertThat((run.out() + run.err()).chars().filter(c -> c > 127 && Character.isDigit(c)))
        .isEmpty();
  }

  @Test
  void helpTellsTheDefaults() {
    assertThat(CommandLineRun.of("quantize", "--help").out())
        .contains("Examples:", "--target", "Default: 25.", "Default: 50.")
        .doesNotContain("null");
  }

  @Test
  void aModelThatIsQuantizedAlreadyIsRefusedUnlessAllowed() throws IOException {
    assertThat(calibrate("--table", table).exitCode()).isEqualTo(ExitCode.FINE);
    Path again = folder.resolve("again.onnx");
    List<Object> options = new ArrayList<>(List.of("quantize", "--model", out, "--out", again));
    options.addAll(List.of("--images", tiny.images, "--labels", tiny.labels));
    options.addAll(List.of("--preprocess", "caffe", "--resize", "none", "--crop", "6"));

    CommandLineRun refused = CommandLineRun.of(options.toArray());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(refused.err())
        .contains("Expected an FP32 model, found one that is quantized already (QuantizeLinear")
        .contains("--allow-quantized")
        .contains("out.onnx");
    assertThat(again).doesNotExist();

    options.add("--allow-quantized");
    assertThat(CommandLineRun.of(options.toArray()).exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(again).exists();
  }
}

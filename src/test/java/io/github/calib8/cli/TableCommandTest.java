package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.DynamicRanges;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import io.github.calib8.scale.TensorRtCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableCommandTest {
  @TempDir private Path folder;
  private TinySetup tiny;
  private Path json;
  private Path cache;
  private Path flatbuffers;

  @BeforeEach
  void calibrate() throws IOException {
    tiny = new TinySetup(folder);
    json = folder.resolve("table.json");
    cache = folder.resolve("trt.cache");
    flatbuffers = folder.resolve("calibration.flatbuffers");
    assertThat(tiny.evaluate("--table", json).exitCode()).isZero();
  }

  @Test
  void ourTableBecomesACacheOfAllTensorsAndItsProvenanceAFileBesideIt() throws IOException {
    fine(table("convert", json, cache, "--model", tiny.model));

    TensorRtCache read = TensorRtCache.read(cache);
    assertThat(read.header()).hasToString("TRT-8601-EntropyCalibration2");
    assertThat(read.ranges().ranges())
        .extracting(range -> range.tensor())
        .containsExactly("data", "conv", "relu", "pool", "flat");
    assertThat(cache).content().doesNotContain("tiny", "entropy\n");
    Path sidecar = folder.resolve("trt.cache.provenance.json");
    assertThat(new ObjectMapper().readTree(sidecar.toFile()))
        .isEqualTo(new ObjectMapper().readTree(json.toFile()).get("provenance"));
  }

  @Test
  void everyFormatBecomesEveryOther() throws IOException {
    fine(table("convert", json, flatbuffers, "--model", tiny.model));
    fine(table("convert", flatbuffers, cache, "--header", "TRT-100900-EntropyCalibration2"));
    Path again = folder.resolve("again.cache");
    fine(table("convert", cache, again));
    Path back = folder.resolve("back.json");
    fine(table("convert", again, back, "--model", tiny.model));

    assertThat(again).hasSameBinaryContentAs(cache);
    assertThat(cache).content().startsWith("TRT-100900-EntropyCalibration2\n");
    assertThat(DynamicRanges.read(flatbuffers).diff(TensorRtCache.read(cache).ranges())).hasSize(5);
    CalibrationTable expected = CalibrationTable.read(json);
    CalibrationTable read = CalibrationTable.read(back);
    assertThat(read.provenance().method())
        .isEqualTo("again.cache (TRT-100900-EntropyCalibration2)");
    assertSameScales(read, expected);
  }

  @Test
  void aRangeWithZeroInBetweenIsShownAndItsFurtherEndConverted() throws IOException {
    CalibrationTable table = CalibrationTable.read(json);
    TensorCalibration range =
        TensorCalibration.builder("data", QuantizationParameters.asymmetric(-6, 1.5)).build();
    CalibrationTable.of(
            table.tensors().stream()
                .map(entry -> entry.tensor().equals("data") ? range : entry)
                .toList(),
            table.provenance())
        .write(json);

    CommandLineRun run = table("convert", json, cache, "--model", tiny.model);

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .hasLineCount(1)
        .contains("1 of", "tensors have a range with zero in between", "trt.cache has the larger");
    assertThat(TensorRtCache.read(cache).ranges().find("data"))
        .hasValueSatisfying(found -> assertThat(found.threshold()).isCloseTo(6, within(1e-6)));
    assertThat(fine(table("show", json))).contains("-6.00000 to 1.50000", "UINT8, zero point 204");
  }

  @Test
  void ourTableNeedsTheModel() {
    CommandLineRun run = table("convert", json, cache);

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err()).hasLineCount(1).contains("Expected --model, which has the names");
    assertThat(cache).doesNotExist();
  }

  @Test
  void theTableIsNotOverwritten() {
    assertThat(table("convert", json, json, "--model", tiny.model).exitCode())
        .isEqualTo(ExitCode.WRONG_USAGE);
  }

  @Test
  void aTableOfAnotherModelIsBadInput() throws IOException {
    tiny.write(TinySetup.graph(0.25f).build());

    CommandLineRun run = table("convert", json, cache, "--model", tiny.model);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains("Expected a calibration table of model");
    assertThat(cache).doesNotExist();
    assertThat(tiny.evaluate("--use-table", json).exitCode()).isEqualTo(ExitCode.BAD_INPUT);
  }

  @Test
  void showPrintsEachFormat() throws IOException {
    writeCache("data: 3c008912", "relu: 4000889d");
    DynamicRanges.read(flatbuffersOf(cache));

    assertThat(fine(table("show", cache)))
        .isEqualToNormalizingNewlines(
            """
            TensorRT 7.0.0, EntropyCalibration2
            tensor  threshold  scale T/127
            data     0.996338   0.00784518
            relu      255.059      2.00834
            """);
    assertThat(fine(table("show", flatbuffers))).contains("relu      255.059      2.00834");
    assertThat(fine(table("show", json))).contains("entropy", "10 images", "UINT8", "relu");
  }

  @Test
  void diffPrintsTheLargestRatioFirstAndWhatOnlyOneHas() throws IOException {
    writeCache("data: 3f800000", "conv: 3f800000", "relu: 40800000", "pool: 3f800000");
    Path other = folder.resolve("other.cache");
    Files.writeString(
        other,
        "TRT-8601-EntropyCalibration2\n"
            + "data: 3f800000\nconv: 40000000\nrelu: 3f800000\nflat: 3f800000\n");

    assertThat(fine(table("diff", cache, other)))
        .isEqualToNormalizingNewlines(
            """
            tensor        A        B  B - A in %
            relu    508.000  127.000     -75.000
            conv    127.000  254.000    +100.000
            data    127.000  127.000       0.000
            only in A: pool
            only in B: flat
            """);
  }

  @Test
  void retargetChangesTheHeader() throws IOException {
    writeCache("data: 3c008912");
    Path other = folder.resolve("other.cache");
    fine(table("retarget", cache, other, "--header", "TRT-100900-EntropyCalibration2"));

    assertThat(other).hasContent("TRT-100900-EntropyCalibration2\ndata: 3c008912\n");
    assertThat(table("retarget", cache, other, "--header", "TRT-1").exitCode())
        .isEqualTo(ExitCode.WRONG_USAGE);
  }

  @Test
  void validateChecksTheFileAndThatItCoversTheModel() throws IOException {
    writeCache("data: 3c008912", "pool: 3c008912");

    assertThat(fine(table("validate", cache))).contains("trt.cache: 2 tensors");
    CommandLineRun run = table("validate", cache, "--model", tiny.model);
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains("trt.cache for [relu]");

    fine(table("convert", json, cache, "--model", tiny.model));
    assertThat(fine(table("validate", cache, "--model", tiny.model)))
        .contains("5 tensors, all that model 'model' quantizes");
    assertThat(fine(table("validate", json, "--model", tiny.model))).contains("5 tensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"show", "validate"})
  void aBadTableIsOneLine(String command) throws IOException {
    writeCache("data: 7fc00000");

    CommandLineRun run = table(command, cache);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains("trt.cache, line 2", "'data', found NaN");
  }

  @Test
  void aMissingTableAndAMissingCommandAreOneLine() {
    CommandLineRun run = table("show", folder.resolve("nowhere.cache"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains("nowhere.cache");
    assertThat(table().exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(table().err()).contains("convert", "validate");
  }

  @Test
  void aTableIsUsedInPlaceOfACalibrationAndGivesTheSameModel() throws IOException {
    fine(table("convert", json, cache, "--model", tiny.model));
    fine(table("convert", json, flatbuffers, "--model", tiny.model));
    Path int8 = folder.resolve("int8.onnx");
    OnnxModel expected =
        Quantizer.forCpu().quantize(OnnxModel.read(tiny.model), CalibrationTable.read(json));

    for (Object[] options :
        new Object[][] {
          {"--table", cache},
          {"--use-table", cache},
          {"--table", flatbuffers},
          {"--use-table", flatbuffers},
          {"--use-table", json}
        }) {
      CommandLineRun run = tiny.evaluate(options[0], options[1], "--int8", int8);

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.err()).contains("20 of 20 images").doesNotContain("calibration");
      OnnxModel made = OnnxModel.read(int8);
      assertThat(made.nodes()).isEqualTo(expected.nodes());
      assertThat(made.initializers().keySet()).isEqualTo(expected.initializers().keySet());
      if (options[1] != cache) { // whose scales are T/127 in float32, and so T/255 is a bit off
        assertThat(made.initializers()).isEqualTo(expected.initializers());
      }
    }
    assertThat(tiny.evaluate("--table", cache).out())
        .contains("INT8 scales: trt.cache (TRT-8601-EntropyCalibration2).\n");
    assertThat(tiny.evaluate("--use-table", json).out()).contains("INT8 scales: entropy=1.15.\n");
  }

  @Test
  void aUsedTableMayBeWrittenAsOurs() throws IOException {
    fine(table("convert", json, cache, "--model", tiny.model));
    Path written = folder.resolve("written.json");

    assertThat(tiny.evaluate("--use-table", cache, "--table", written).exitCode()).isZero();
    assertSameScales(CalibrationTable.read(written), CalibrationTable.read(json));
  }

  @Test
  void aCacheThatLacksATensorIsRefusedWithSimilarNames() throws IOException {
    writeCache("data: 3c008912", "relu1: 3c008912", "pool: 3c008912");

    CommandLineRun run = tiny.evaluate("--table", cache);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err())
        .contains("the first is 'relu'; nearest names: [relu1")
        .contains("in trt.cache");
  }

  @Test
  void twoTablesToUseAreWrongUsage() throws IOException {
    writeCache("data: 3c008912");

    CommandLineRun run = tiny.evaluate("--table", cache, "--use-table", json);

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err()).hasLineCount(1).contains("Expected one table to use, found two");
  }

  @Test
  void aUsedTableIsNotOverwritten() throws IOException {
    assertThat(tiny.evaluate("--use-table", json, "--table", json).exitCode())
        .isEqualTo(ExitCode.WRONG_USAGE);
    CalibrationTable.read(json);
  }

  /** To the last bit or so of a float: a cache rounds T/127. */
  private static void assertSameScales(CalibrationTable table, CalibrationTable expected) {
    assertThat(table.tensors()).hasSameSizeAs(expected.tensors()).isNotEmpty();
    for (TensorCalibration entry : expected.tensors()) {
      QuantizationParameters parameters = table.get(entry.tensor()).parameters();
      assertThat(parameters.type()).isEqualTo(entry.parameters().type());
      float scale = entry.parameters().scale();
      assertThat(parameters.scale()).isCloseTo(scale, within(2 * Math.ulp(scale)));
    }
  }

  private void writeCache(String... entries) throws IOException {
    Files.writeString(cache, "TRT-7000-EntropyCalibration2\n" + String.join("\n", entries) + "\n");
  }

  private Path flatbuffersOf(Path from) {
    fine(table("convert", from, flatbuffers));
    return flatbuffers;
  }

  private static String fine(CommandLineRun run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  private static CommandLineRun table(Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = "table";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandLineRun.of(all);
  }
}

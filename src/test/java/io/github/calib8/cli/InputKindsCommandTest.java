package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.image.Layout;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.InputTwins;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands on models of other layouts and types of input. */
class InputKindsCommandTest {
  private static final OnnxModel PLAIN = TinySetup.graph().build();

  @TempDir private Path folder;
  private TinySetup tiny;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
  }

  @Test
  void channelsLastGiveTheSameTableAndFigures() throws IOException {
    List<String> figures = new ArrayList<>();
    List<CalibrationTable> tables = new ArrayList<>();
    for (OnnxModel model : List.of(PLAIN, InputTwins.channelsLast(PLAIN))) {
      tiny.write(model);
      Path json = folder.resolve("report.json");
      Path table = folder.resolve("table.json");
      CommandLineRun run = tiny.evaluate("--json", json, "--table", table);
      assertThat(run.exitCode()).as(run.err()).isZero();
      figures.add(figures(json));
      tables.add(CalibrationTable.read(table));
    }
    assertThat(figures.get(1)).isEqualTo(figures.get(0)).contains("meanKl");
    assertThat(tables.get(1).tensors()).isEqualTo(tables.get(0).tensors());
    assertThat(tables.get(1).provenance().preprocessing())
        .isEqualTo(tables.get(0).provenance().preprocessing() + ",layout=nhwc");
  }

  /** Everything but what was measured with a clock, and which files they were. */
  static String figures(Path json) throws IOException {
    return Files.readString(json)
        .replaceAll("(?s)\"models\" ?: ?\\{[^}]*}", "")
        .replaceAll("\"imagesPerSecond\" ?: ?[0-9.Ee+-]+", "")
        .replaceAll("\"speedup\" ?: ?[0-9.Ee+-]+", "")
        .replaceAll("\"speedupConfidenceInterval\" ?: ?\\[[^]]*]", "");
  }

  @ParameterizedTest
  @CsvSource({"cpu, UINT8", "tensorrt, UINT8", "cpu, FLOAT16"})
  void everyCommandTakesThem(String target, DataType type) throws IOException {
    tiny.write(InputTwins.channelsLast(InputTwins.ofType(PLAIN, type)));
    List<Object> samples =
        new ArrayList<>(
            List.of("--channels", "bgr", "--mean", "0", "--std", "1", "--divisor", "1"));
    samples.addAll(List.of("--resize", "none", "--crop", "6", "--batch-size", "5"));
    samples.addAll(List.of("--calibration-batches", "2", "--target", target));
    samples.addAll(List.of("--images", tiny.images, "--labels", tiny.labels));
    samples.addAll(List.of("--model", tiny.model));
    Path int8 = folder.resolve("int8.onnx");

    assertFine("evaluate", samples, "--integers-at-least", "100");
    assertThat(assertFine("quantize", samples, "--out", int8).out())
        .contains("2 of 2 convolutions and matrix products in integers");
    assertThat(CommandLineRun.of("inspect", int8).out()).contains("2 of 2 convolutions");
    CommandLineRun benchmark =
        CommandLineRun.of(
            "benchmark",
            "--model",
            tiny.model,
            "--batch-sizes",
            "2",
            "--seconds",
            "0",
            "--warmup",
            "0",
            "--repeats",
            "1",
            "--energy",
            "none");
    assertThat(benchmark.exitCode()).as(benchmark.err()).isZero();
    assertThat(benchmark.err()).doesNotContain("does not fit").contains("int8".toUpperCase());
  }

  private static CommandLineRun assertFine(String command, List<Object> options, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(options);
    arguments.addAll(List.of(more));
    CommandLineRun run = CommandLineRun.of(arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  @Test
  void aLayoutThatTheShapeDoesNotTellIsAskedFor() throws IOException {
    tiny.write(withInput(-1, -1, -1));
    CommandLineRun refused = tiny.evaluate();
    assertThat(refused.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(refused.err())
        .hasLineCount(1)
        .contains("Expected --layout nchw or nhwc")
        .contains("'data'");
    assertThat(tiny.evaluate("--layout", "nchw").exitCode()).isZero();
  }

  @Test
  void aLayoutThatDoesNotFitIsRefused() throws IOException {
    CommandLineRun refused = tiny.evaluate("--layout", "nhwc");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(refused.err()).hasLineCount(1).contains("data [N,3,6,6], found [6,6,3]", "--layout");
    assertThat(tiny.evaluate("--layout", "nwhc").exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(Layout.NHWC.id()).isEqualTo("nhwc");
  }

  @Test
  void samplesAreAskedForWhereTheInputTakesNothingElse() throws IOException {
    tiny.write(InputTwins.ofType(PLAIN, DataType.UINT8));
    CommandLineRun refused = tiny.evaluate();
    assertThat(refused.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(refused.err())
        .hasLineCount(1)
        .contains(
            "Expected preprocessing that keeps samples of 0 to 255 (divisor 1, mean 0, std 1)");
  }

  /** The model with other dimensions of an image. */
  private static OnnxModel withInput(long... image) {
    return InputTwins.withInput(
        PLAIN, new ValueInfo("data", DataType.FLOAT, List.of(-1L, image[0], image[1], image[2])));
  }
}

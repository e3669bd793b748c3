package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.calib8.onnx.InputTwins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** INT8 files made elsewhere, beside the one that {@code evaluate} makes. */
class CompareTest {
  @TempDir private Path folder;
  private TinySetup tiny;
  private Path other;
  private Path json;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
    other = folder.resolve("other.onnx");
    json = folder.resolve("report.json");
  }

  /** Makes the INT8 file, as a program would that writes no word about itself. */
  private void makeOther(Object... options) throws IOException {
    Object[] all = List.of("--int8", other).toArray();
    Object[] arguments = Arrays.copyOf(all, all.length + options.length);
    System.arraycopy(options, 0, arguments, all.length, options.length);
    assertThat(tiny.evaluate(arguments).exitCode()).isZero();
  }

  private void stripMetadata() throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(other));
    Files.write(other, model.toBuilder().clearMetadataProps().build().toByteArray());
  }

  @Test
  void theSameFileHasTheSameFigures() throws IOException {
    makeOther();
    Path csv = folder.resolve("report.csv");
    Path html = folder.resolve("report.html");
    CommandLineRun run =
        tiny.evaluate("--compare", other, "--json", json, "--csv", csv, "--html", html);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("| model ", "| model, other.onnx ");
    List<String> rows = networks();
    assertThat(rows).hasSize(2);
    // How others rounded is not known.
    assertThat(withoutBytes(rows.get(1)).replace("model, other.onnx", "model"))
        .isEqualTo(withoutBytes(rows.get(0)).replaceAll("(?s),\\s*\"rounding\".*", ""));
    assertThat(Files.readString(csv)).contains("\"model, other.onnx\"");
    assertThat(Files.readString(html)).contains("model, other.onnx");
  }

  @Test
  void filesThatSayNothingOfThemselvesAreMeasuredAlike() throws IOException {
    makeOther();
    stripMetadata();
    assertThat(tiny.evaluate("--compare", other, "--json", json).exitCode()).isZero();
    List<String> rows = networks();
    assertThat(rows.get(0)).contains("\"scales\"");
    assertThat(rows.get(1)).doesNotContain("\"scales\"").contains("\"inIntegers\": 2");
    assertThat(figure(rows.get(1), "meanKl")).isEqualTo(figure(rows.get(0), "meanKl"));
  }

  @Test
  void allMethodsAndOthersShareOneRun() throws IOException {
    makeOther();
    CommandLineRun run = tiny.evaluate("--method", "all", "--compare", other, "--json", json);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(networks()).hasSizeGreaterThan(2).last().asString().contains("model, other.onnx");
  }

  @Test
  void otherInputsAndOutputsAreRefusedBeforeAnythingIsCalibrated() throws IOException {
    InputTwins.channelsLast(TinySetup.graph().build()).write(other);
    assertRefused("one input shape for 'model, other.onnx'");
    TinySetup.graphWithClasses(5).build().write(other);
    assertRefused("one output shape for 'model, other.onnx'");
    Files.writeString(other, "no model");
    assertRefused("other.onnx");
  }

  private void assertRefused(String text) {
    CommandLineRun run = tiny.evaluate("--compare", other);
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains(text);
  }

  @Test
  void imagesThatCalibratedAreNoMeasure() throws IOException {
    makeOther("--calibration-batches", "4");
    assertRefused("was not calibrated on, found 10");
  }

  @Test
  void aStateIsOfTheFilesContent() throws IOException {
    makeOther();
    Path state = folder.resolve("state");
    assertThat(tiny.evaluate("--compare", other, "--resume", state).exitCode()).isZero();
    assertThat(tiny.evaluate("--compare", other, "--resume", state).exitCode()).isZero();
    stripMetadata();
    CommandLineRun run = tiny.evaluate("--compare", other, "--resume", state);
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("'model, other.onnx'");
  }

  @Test
  void limitsAreForWhatIsMadeHere() throws IOException {
    // Sees other colors: all wrong.
    TinySetup.graph(-0.5f).build().write(other);
    Object[] limits = {"--compare", other, "--fail-above", "5", "--integers-at-least", "100"};
    CommandLineRun run = tiny.evaluate(limits);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("model, other.onnx: nothing runs in integers");
  }

  @Test
  void filesAreToldApart() throws IOException {
    makeOther();
    Path copy = Files.createDirectory(folder.resolve("copies")).resolve("other.onnx");
    Files.copy(other, copy);
    CommandLineRun run = tiny.evaluate("--compare", other, "--compare", copy);
    assertThat(run.out()).contains("| model, " + other + " ", "| model, " + copy + " ");
    CommandLineRun twice = tiny.evaluate("--compare", other, other);
    assertThat(twice.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(twice.err()).contains("Expected another file each");
    CommandLineRun output = tiny.evaluate("--compare", other, "--int8", other);
    assertThat(output.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
  }

  /** Each network's part of the report, without what was measured with a clock. */
  private List<String> networks() throws IOException {
    String all = InputKindsCommandTest.figures(json);
    List<String> parts = List.of(all.split("(?=\\{\\s*\"name\")"));
    return parts.subList(1, parts.size()).stream()
        .map(part -> part.replaceAll("[\\s,\\]}]+$", ""))
        .toList();
  }

  /** A file's bytes hold its name. */
  private static String withoutBytes(String network) {
    return network.replaceAll("\"int8Bytes\" ?: ?[0-9]+", "");
  }

  private static String figure(String network, String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\" ?: ?([0-9.Ee+-]+)").matcher(network);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }
}

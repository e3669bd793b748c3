package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkCommandTest {

  @TempDir private Path folder;
  private TinySetup tiny;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
  }

  private CommandLineRun benchmark(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("benchmark", "--seconds", "0.01", "--warmup", "0", "--energy", "none"));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray());
  }

  @Test
  void measuresAModelAndPrintsTables() {
    CommandLineRun run = benchmark("--model", tiny.model, "--batch-sizes", "1,2");

    assertThat(run.err())
        .doesNotContain("calib8:")
        .contains("model: INT8, batch size 2, 1 x 1 threads: ");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("1 thread", "Energy: not asked for", "| model | 2 | 1 |", "INT8: images/s");
  }

  @Test
  void writesFiguresAndPlots() throws IOException {
    Path json = folder.resolve("speed.json");
    Path html = folder.resolve("speed.html");
    Path csv = folder.resolve("speed.csv");
    Path plots = Files.createDirectory(folder.resolve("plots"));

    CommandLineRun run =
        benchmark(
            "--model",
            tiny.model,
            "--batch-sizes",
            "1,2",
            "--workers",
            "1,2",
            "--precisions",
            "fp32,int8",
            "--json",
            json,
            "--html",
            html,
            "--csv",
            csv,
            "--plots",
            plots);

    assertThat(run.exitCode()).isZero();
    JsonNode figures = new ObjectMapper().readTree(Files.readString(json));
    assertThat(figures.get("results")).hasSize(8);
    assertThat(figures.get("speedups")).hasSize(4);
    assertThat(Files.readAllLines(csv)).hasSize(1 + 8);
    assertThat(Files.readString(html)).contains("model: INT8 is ", "images/s by workers");
    try (Stream<Path> files = Files.list(plots)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "batch-sizes-fp32.svg",
              "batch-sizes-int8.svg",
              "scaling-fp32.svg",
              "scaling-int8.svg");
    }
  }

  @Test
  void batchThatFitsNoMachineDoesNotEndTheRun() {
    CommandLineRun run = benchmark("--model", tiny.model, "--batch-sizes", "1,1000000000");

    assertThat(run.err()).contains("batch size 1000000000, 1 x 1 threads: does not fit: ");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("| model | INT8 | 1 |", "| model | INT8 | 1000000000 |");
  }

  @Test
  void inputThatImagesDoNotFitIsBad() throws IOException {
    GraphBuilder graph = GraphBuilder.create("wide");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 5L, 6L, 6L)));
    graph.node("Relu", List.of("data"), "prob", Map.of());
    graph.output(new ValueInfo("prob", DataType.FLOAT, List.of(-1L, 5L, 6L, 6L)));
    tiny.write(graph.build());

    CommandLineRun run = benchmark("--model", tiny.model);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("Expected an input of 1 or 3 channels", "data");
  }

  @ParameterizedTest
  @CsvSource({
    "--networks, lenet, 'Expected one of alexnet'",
    "--precisions, bf16, 'Expected one of fp32, fp32-rewritten, tf32, fp16, int8'",
    "--images-on, disk, 'Expected one of host, device'",
    "--batch-sizes, 0, Expected a whole number of 1 or more",
    "--workers, two, Expected a whole number of 1 or more",
    "--seconds, -1, Expected a number of seconds",
    "--energy, solar, 'Expected processor, nvidia or none'"
  })
  void wrongValuesAreNamed(String option, String value, String message) {
    CommandLineRun run = benchmark(option, value);

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err()).contains(option, message, value);
  }

  @Test
  void aPrecisionThatTheProcessorHasNotIsNamedBeforeAnythingRuns() {
    CommandLineRun run = benchmark("--model", tiny.model, "--precisions", "fp32,fp16");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("Expected floating point of 'cpu' in fp32, found fp16");
  }

  @Test
  void plotsNeedAFolder() {
    CommandLineRun run = benchmark("--model", tiny.model, "--plots", folder.resolve("none"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("Expected a folder for the plots, found none");
  }
}

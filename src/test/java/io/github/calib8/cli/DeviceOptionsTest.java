package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the processor's build of the engine, as in the tests, no GPU can be used. */
class DeviceOptionsTest {

  @TempDir private Path folder;
  private TinySetup tiny;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
  }

  private static void assertMissing(CommandLineRun run, String provider) {
    assertThat(run.err().lines())
        .containsExactly(
            "calib8: Expected ONNX Runtime with provider '"
                + provider
                + "', found one without; replace com.microsoft.onnxruntime:onnxruntime:1.28.0 by"
                + " com.microsoft.onnxruntime:onnxruntime_gpu:1.28.0 on the class path"
                + " (docs/gpu.md)");
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "ort-tensorrt"})
  void evaluateSaysInOneLineWhatToAddBeforeItCalibrates(String provider) {
    assertMissing(tiny.evaluate("--provider", provider, "--devices", "0,1"), provider);
  }

  @Test
  void benchmarkSaysSoToo() {
    assertMissing(
        CommandLineRun.of(
            "benchmark",
            "--model",
            tiny.model,
            "--precisions",
            "fp32",
            "--seconds",
            "0.01",
            "--warmup",
            "0",
            "--energy",
            "none",
            "--provider",
            "cuda"),
        "cuda");
  }

  @Test
  void theEmbeddedRunSaysSoToo() {
    assertMissing(CommandLineRun.of("--networks", "alexnet", "--provider", "cuda"), "cuda");
  }

  /** Whatever is missing: the driver, or the jars where there is one. */
  @ParameterizedTest
  @ValueSource(strings = {"evaluate", "benchmark", "embedded"})
  void tensorRtItselfIsMissingInOneLineToo(String command) {
    CommandLineRun run =
        switch (command) {
          case "evaluate" -> tiny.evaluate("--provider", "tensorrt", "--target", "tensorrt");
          case "benchmark" ->
              CommandLineRun.of("benchmark", "--model", tiny.model, "--provider", "tensorrt");
          default -> CommandLineRun.of("--networks", "alexnet", "--provider", "tensorrt");
        };
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err().lines()).singleElement().asString().startsWith("calib8: Expected ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aModelForTheProcessorIsNoneForTensorRt() {
    CommandLineRun run = tiny.evaluate("--provider", "tensorrt");
    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err())
        .contains("Expected --target tensorrt with --provider tensorrt, found --target cpu");
  }

  @Test
  void theProcessorComputesInFp32Alone() {
    CommandLineRun run = tiny.evaluate("--float", "fp16");
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("Expected floating point of 'cpu' in fp32, found fp16");
  }

  @Test
  void theProcessorIsTheDefault() {
    CommandLineRun usual = tiny.evaluate();
    CommandLineRun explicit = tiny.evaluate("--provider", "cpu", "--devices", "0");
    assertThat(usual.exitCode()).isZero();
    assertThat(explicit.exitCode()).isZero();
  }

  @Test
  void wrongValuesAreWrongUsage() {
    CommandLineRun provider = tiny.evaluate("--provider", "gpu");
    assertThat(provider.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(provider.err())
        .contains("Expected one of cpu, cuda, tensorrt, ort-tensorrt, found 'gpu'");
    CommandLineRun id = tiny.evaluate("--provider", "cuda", "--devices", "0,x");
    assertThat(id.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(id.err()).contains("Expected a device id of 0 or more, found 'x'");
    CommandLineRun processor = tiny.evaluate("--devices", "0,1");
    assertThat(processor.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(processor.err()).contains("Expected a device id of 0 for 'cpu', found 1");
  }
}

package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the self-contained file as a user would who has nothing but a JRE, in an empty folder. */
class SelfContainedJarIT {
  private static final Path JAR = Path.of(System.getProperty("calib8.selfContained"));
  private static final Path DATA = Path.of("calibration-data").toAbsolutePath();
  private static final int MINUTES = 5;

  @TempDir private Path folder;

  private record Run(int exitCode, String out, String err) {}

  private Run run(String... arguments) throws IOException, InterruptedException {
    return run(List.of(), arguments);
  }

  private Run run(List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-jar", JAR.toString()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(Files.createDirectories(folder.resolve("empty")).toFile());
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void itTellsItsVersion() throws Exception {
    Run run = run("--version");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("Calib8 0.").contains("ONNX Runtime ");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void itRunsOnTheDataThatItHolds() throws Exception {
    Run run = run("--networks", "alexnet", "--limit", "1000");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("| AlexNet |   1000 |");
    try (Stream<Path> left = Files.list(folder.resolve("empty"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void itEvaluatesAModelOfTheUsers() throws Exception {
    Run run =
        run(
            "evaluate",
            "--model",
            DATA.resolve("networks/googlenet.onnx").toString(),
            "--preprocess",
            "torchvision",
            "--resize",
            "short:72",
            "--crop",
            "64",
            "--images",
            DATA.resolve("ILSVRC2012_img_val.tar").toString(),
            "--labels",
            DATA.resolve("val.txt").toString(),
            "--calibration-batches",
            "2",
            "--limit",
            "100",
            "--int8",
            "int8.onnx");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("googlenet");
    assertThat(folder.resolve("empty/int8.onnx")).isNotEmptyFile();
  }

  @Test
  void itTestsTheMachine() throws Exception {
    Run run = run("selftest");
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).contains("Provider    cpu: runs", "ok      Table");
  }

  @Test
  void aMistakeIsOneLineAndAnExitCode() throws Exception {
    Run run = run("inspect", "missing.onnx");
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void onAnotherPlatformItNamesBoth() throws Exception {
    String here = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x64";
    String there = here.equals("x64") ? "aarch64" : "amd64";
    Run run = run(List.of("-Dos.name=Linux", "-Dos.arch=" + there), "--networks", "alexnet");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err().lines().toList())
        .singleElement()
        .asString()
        .contains("linux-" + there.replace("amd64", "x64"), "-" + here);
  }

  @Test
  void itHoldsNothingThatIsNoUse() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> names = jar.stream().map(entry -> entry.getName()).toList();
      assertThat(names)
          .doesNotHaveDuplicates()
          .contains(
              "META-INF/LICENSE",
              "META-INF/NOTICE",
              "META-INF/licenses/protobuf.txt",
              "META-INF/services/javax.imageio.spi.ImageReaderSpi")
          .noneMatch(name -> name.matches("META-INF/[^/]+\\.(SF|RSA|DSA)"))
          .noneMatch(name -> name.startsWith("org/assertj/") || name.startsWith("org/junit/"));
      assertThat(names.stream().filter(name -> name.matches("ai/onnxruntime/native/[^/]+/")))
          .hasSizeLessThanOrEqualTo(1);
    }
  }
}

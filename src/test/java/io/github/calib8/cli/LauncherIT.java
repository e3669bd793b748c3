package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The first minutes of a user with the launcher, in a folder whose name has spaces. */
@DisabledOnOs(OS.WINDOWS)
class LauncherIT {
  private static final Path JAR = Path.of(System.getProperty("calib8.selfContained"));
  private static final Path TARGET = JAR.toAbsolutePath().getParent();
  private static final Path DATA = Path.of("calibration-data").toAbsolutePath();
  private static final int MINUTES = 3;

  @TempDir private Path temporary;
  private Path folder;
  private Path launcher;

  private record Run(int exitCode, String out, String err) {}

  /** The archive as it is unpacked, with links in place of what is large. */
  @BeforeEach
  void unpack() throws IOException {
    folder = Files.createDirectories(temporary.resolve("a user's folder"));
    Path bin = Files.createDirectories(folder.resolve("calib8/bin"));
    Path lib = Files.createDirectories(folder.resolve("calib8/lib"));
    launcher = Files.copy(TARGET.resolve("calib8"), bin.resolve("calib8"));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(lib.resolve("calib8.jar"), JAR.toAbsolutePath());
    for (String part : List.of("classes", "natives")) {
      Files.createSymbolicLink(lib.resolve(part), TARGET.resolve("launcher").resolve(part));
    }
  }

  private Run run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = temporary.resolve("out");
    Path err = temporary.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CALIB8_CACHE", folder.resolve("a cache").toString());
    builder.environment().putAll(environment);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private Run calib8(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    return run(Map.of(), command);
  }

  private List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("a cache/start"))) {
      return files.toList();
    }
  }

  @Test
  void theSecondStartUsesTheArchiveOfTheFirst() throws Exception {
    Run first = calib8("--version");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out()).startsWith("Calib8 0.").contains("ONNX Runtime ");
    assertThat(first.err()).isEmpty();
    List<Path> made = archives();
    assertThat(made).hasSize(1).allMatch(file -> file.toString().endsWith(".jsa"));

    Path link = Files.createSymbolicLink(temporary.resolve("link"), launcher);
    // Then the virtual machine refuses to start, if it cannot use the archive.
    Map<String, String> must = Map.of("JDK_JAVA_OPTIONS", "-Xshare:on");
    List<String> again = List.of(link.toString(), "--version");
    Run second = run(must, again);
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(archives()).isEqualTo(made);

    Files.delete(made.get(0));
    Files.writeString(made.get(0), "damaged");
    assertThat(run(must, again).exitCode()).isNotZero();
    Run damaged = run(Map.of(), again);
    assertThat(damaged.exitCode()).as(damaged.err()).isZero();
    assertThat(damaged.out()).isEqualTo(first.out());
    assertThat(damaged.err()).isEmpty();
  }

  @Test
  void itRunsWithoutACacheAndSaysWhichJavaIsMissing() throws Exception {
    Path file = Files.writeString(folder.resolve("no folder"), "");
    Run run =
        run(
            Map.of("CALIB8_CACHE", file.toString()),
            List.of(launcher.toString(), "inspect", "none"));
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).startsWith("calib8: none: expected an ONNX model");

    Run without =
        run(Map.of("JAVA_HOME", folder.toString()), List.of(launcher.toString(), "--version"));
    assertThat(without.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(without.err())
        .isEqualTo(
            "calib8: Expected Java 17 or later in JAVA_HOME, found no bin/java: " + folder + "\n");
  }

  @Test
  void aConfigurationSaysWhatOptionsSay() throws Exception {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"pretrained_cfg": {"input_size": [3, 64, 64], "interpolation": "bilinear",
          "crop_pct": 0.8888, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}}\
        """);
    List<Object> options = List.of("torchvision", "--resize", "short:72", "--crop", "64");
    Run byOptions = evaluate("options", options);
    Run byFile = evaluate("file", List.of("config.json"));
    assertThat(byFile.exitCode()).as(byFile.err()).isZero();
    assertThat(byOptions.exitCode()).as(byOptions.err()).isZero();
    assertThat(folder.resolve("file.onnx")).hasSameBinaryContentAs(folder.resolve("options.onnx"));

    Run report = calib8("report", "options.json", "file.json", "--html", "both.html");
    assertThat(report.exitCode()).as(report.err()).isZero();
    assertThat(report.out()).contains("| options | 25 |", "| file | 25 |");
    assertThat(folder.resolve("both.html")).content().contains("Runs side by side");
  }

  private Run evaluate(String name, List<Object> preprocessing) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("evaluate", "--preprocess"));
    arguments.addAll(preprocessing);
    arguments.addAll(List.of("--model", DATA.resolve("networks/alexnet.onnx")));
    arguments.addAll(List.of("--images", DATA.resolve("ILSVRC2012_img_val.tar")));
    arguments.addAll(List.of("--labels", DATA.resolve("val.txt"), "--int8", name + ".onnx"));
    arguments.addAll(List.of("--calibration-batches", 1, "--limit", 50, "--rounding", "nearest"));
    arguments.addAll(List.of("--json", name + ".json"));
    return calib8(arguments.toArray());
  }

  @Test
  void bashTakesTheCompletionInSilence() throws Exception {
    Path script = TARGET.resolve("launcher/calib8.bash");
    Run run =
        run(
            Map.of(),
            List.of("bash", "-euc", "source \"$1\"; complete -p calib8 >&2", "bash", "" + script));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("_complete_calib8");
    assertThat(script).content().contains("--crop-fraction");
  }

  @Test
  void theArchiveHoldsWhatTheLauncherNeeds() throws IOException {
    Path zip;
    try (Stream<Path> files = Files.list(TARGET)) {
      zip = files.filter(file -> file.toString().endsWith(".zip")).findFirst().orElseThrow();
    }
    try (ZipFile archive = ZipFile.builder().setPath(zip).get()) {
      List<String> names = new ArrayList<>();
      archive
          .getEntries()
          .asIterator()
          .forEachRemaining(entry -> names.add(entry.getName().replaceFirst("^[^/]+/", "")));
      assertThat(names)
          .contains("bin/calib8", "bin/calib8.cmd", "lib/calib8.jar", "lib/classes")
          .contains("completion/calib8.bash", "LICENSE")
          .anyMatch(name -> name.startsWith("lib/natives/"));
      String top = zip.getFileName().toString().replaceFirst("[.]zip$", "/");
      ZipArchiveEntry entry = archive.getEntry(top + "bin/calib8");
      assertThat(entry.getUnixMode() & 0755).isEqualTo(0755);
    }
  }
}

package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
      return files.filter(file -> file.toString().endsWith(".jsa")).sorted().toList();
    }
  }

  @Test
  void theSecondStartUsesTheArchiveOfTheFirst() throws Exception {
    Run first = calib8("--version");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out()).startsWith("Calib8 0.").contains("ONNX Runtime ");
    assertThat(first.err()).isEmpty();
    List<Path> made = archives();
    assertThat(made).hasSize(1);

    Path link = Files.createSymbolicLink(temporary.resolve("link"), launcher);
    // Then the virtual machine refuses to start, if it cannot use the archive.
    Map<String, String> must = Map.of("JDK_JAVA_OPTIONS", "-Xshare:on");
    Map<String, String> options = Map.of("JDK_JAVA_OPTIONS", "-XX:+UseParallelGC");
    List<String> again = List.of(link.toString(), "--version");
    Run second = run(must, again);
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(archives()).isEqualTo(made);

    Run chosen = run(options, again);
    assertThat(chosen.exitCode()).as(chosen.err()).isZero();
    assertThat(chosen.out()).isEqualTo(first.out());
  }

  /** Prints its arguments, or dumps: an archive, or in vain where a file says so. */
  private Path java(String name, String version) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name).resolve("bin")).getParent();
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path java = home.resolve("bin/java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        printf '%s\\n' "$@"
        [ "$1" = -Xshare:dump ] || exit 0
        home=${0%/bin/java}
        echo "${JAVA_TOOL_OPTIONS:-no options}" >>"$home/dumps"
        for option; do
          case $option in -XX:SharedArchiveFile=*) archive=${option#*=} ;; esac
        done
        rm "$archive"
        [ ! -f "$home/fails" ] || exit 1
        echo "an archive" >"$archive"
        """);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return home;
  }

  private List<String> start(Path home, Map<String, String> environment) throws Exception {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("JAVA_HOME", home.toString());
    Run run = run(variables, List.of(launcher.toString(), "--version"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    return run.out().lines().toList();
  }

  private boolean usesAnArchive(Path home, Map<String, String> environment) throws Exception {
    return start(home, environment).stream()
        .anyMatch(option -> option.startsWith("-XX:SharedArchiveFile="));
  }

  @Test
  void anArchiveIsMadeOnceForEachJava() throws Exception {
    Path java17 = java("17", "17.0.15");
    Path java25 = java("25", "25.0.2");
    for (int i = 0; i < 2; i++) {
      assertThat(usesAnArchive(java17, Map.of("TZ", "Asia/Tokyo", "LC_ALL", "C"))).isTrue();
      assertThat(usesAnArchive(java25, Map.of("JAVA_TOOL_OPTIONS", "-javaagent:a.jar"))).isTrue();
      assertThat(usesAnArchive(java17, Map.of("TZ", "UTC0"))).isTrue();
    }
    assertThat(java17.resolve("dumps")).hasContent("no options");
    assertThat(java25.resolve("dumps")).hasContent("no options");
    assertThat(archives()).hasSize(2);
  }

  @Test
  void anArchiveIsMadeAgainWhereItOrJavaChanged() throws Exception {
    Path java = java("17", "17.0.15");
    assertThat(usesAnArchive(java, Map.of())).isTrue();
    Path archive = archives().get(0);

    Files.writeString(archive, "damaged");
    assertThat(usesAnArchive(java, Map.of())).isTrue();
    assertThat(archive).hasContent("an archive");

    Path old = Files.createFile(archive.resolveSibling("new.killed"));
    Path recent = Files.createFile(archive.resolveSibling("new.running"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(49, ChronoUnit.HOURS)));
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"17.0.16\"\n");
    assertThat(usesAnArchive(java, Map.of())).isTrue();
    assertThat(java.resolve("dumps")).content().hasLineCount(3);
    assertThat(archives()).containsExactly(archive);
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
  }

  @Test
  void whatCannotBeMadeIsNotTriedAgain() throws Exception {
    Path java = java("17", "17.0.15");
    Files.createFile(java.resolve("fails"));
    for (int i = 0; i < 3; i++) {
      assertThat(usesAnArchive(java, Map.of())).isFalse();
    }
    assertThat(java.resolve("dumps")).content().hasLineCount(1);
  }

  @Test
  void whatTheUserChoosesIsLeftAlone() throws Exception {
    Path java = java("17", "17.0.15");
    assertThat(start(java, Map.of()))
        .contains("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable");
    for (String variable : List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")) {
      assertThat(start(java, Map.of(variable, "-Xmx1g -XX:+UseG1GC")))
          .contains("-XX:TieredStopAtLevel=1")
          .doesNotContain("-XX:+UseSerialGC");
      assertThat(start(java, Map.of(variable, "-XX:-TieredCompilation -Xlog:gc")))
          .contains("-XX:+UseSerialGC")
          .doesNotContain("-XX:TieredStopAtLevel=1", "-Xlog:disable");
    }
  }

  @Test
  void oldJavaIsNamedAsItIsCalled() throws Exception {
    Path java = java("8", "1.8.0_402");
    Run run = run(Map.of("JAVA_HOME", java.toString()), List.of(launcher.toString(), "--version"));
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err())
        .isEqualTo("calib8: Expected Java 17 or later, found 8: " + java + "/bin/java\n");
  }

  @Test
  void inABuildItStartsTheFileThatTheBuildMade() throws Exception {
    Path target = Files.createDirectories(folder.resolve("target/launcher")).getParent();
    Files.copy(TARGET.resolve("launcher/jar"), target.resolve("launcher/jar"));
    launcher = Files.copy(launcher, target.resolve("calib8"));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Path made = Files.createFile(target.resolve(JAR.getFileName()));
    for (String other : List.of("calib8-0-all.jar", "calib8-9-all.jar")) {
      Files.createFile(target.resolve(other));
    }
    assertThat(start(java("17", "17.0.15"), Map.of())).contains(made.toRealPath().toString());
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
    Path zip = TARGET.resolve(JAR.getFileName().toString().replace("-all.jar", ".zip"));
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

package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.OnnxModel;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Submits the self-contained file to Spark, as {@code spark-submit} does. */
class SparkSubmitTest {
  private static final Path SPARK_HOME = Path.of(System.getProperty("sparkHome"));
  private static final Path DATA = Path.of(System.getProperty("data"));
  private static final String SELF_CONTAINED = System.getProperty("selfContained");

  /** What Spark's scripts open to it. */
  private static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.io",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.security.action",
          "sun.util.calendar");

  /** Some seconds of work are not worth the compilation of hot code. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  @TempDir private Path folder;
  private Path work;

  @BeforeEach
  void createFolder() throws IOException {
    work = Files.createDirectory(folder.resolve("work"));
  }

  @Test
  void twoExecutorsFindWhatOneProcessFinds() throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    // The program starts its own cluster, whose executors read the file where it is.
    arguments.addAll(List.of("--master", "local[1]"));
    arguments.addAll(List.of("--class", "com.example.SameOnACluster"));
    arguments.addAll(List.of("--jars", "local:" + SELF_CONTAINED + "," + snippet()));
    for (String setting :
        List.of(
            "spark.executor.memory=1g",
            "spark.executor.extraJavaOptions=" + String.join(" ", SHORT_LIVED),
            "spark.speculation=true",
            "spark.speculation.interval=10ms",
            "spark.speculation.multiplier=1.01",
            "spark.speculation.quantile=0.1",
            "spark.speculation.minTaskRuntime=1ms",
            "spark.sql.shuffle.partitions=4")) {
      arguments.addAll(List.of("--conf", setting));
    }
    arguments.add(System.getProperty("program"));
    arguments.addAll(List.of(DATA.toString(), "alexnet"));
    Path rows = Files.createDirectory(folder.resolve("rows"));
    arguments.add(rows.toString());

    assertThat(submit(arguments)).contains("\nthe same\n");
  }

  /** A job that does not end takes nothing with it: neither its process nor those that it began. */
  @Test
  void whatDoesNotEndIsEnded() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", "sleep 300 & wait").start();
    while (process.descendants().findAny().isEmpty()) {
      Thread.sleep(10);
    }
    List<ProcessHandle> children = process.descendants().toList();

    end(process, Duration.ofMillis(1));

    assertThat(process.exitValue()).isNotZero();
    for (ProcessHandle child : children) {
      child.onExit().join();
      assertThat(child.isAlive()).isFalse();
    }
  }

  @Test
  void theDocumentedCommandMakesTheTableOfOneMachine() throws IOException, InterruptedException {
    String documented =
        page("sh").lines().filter(line -> !line.isBlank()).collect(Collectors.joining(" "));
    assertThat(documented).startsWith("spark-submit ");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                documented
                    .replace("spark://head:7077", "local[2]")
                    .replaceFirst("calib8-\\S+-all.jar", SELF_CONTAINED)
                    .replace("resnet50.onnx", DATA.resolve("networks/alexnet.onnx").toString())
                    .replace("/shared/", DATA + "/")
                    .replace("\\", "")
                    .split(" +")));
    arguments.remove(0);
    arguments.addAll(List.of("--resize", "short:72", "--crop", "64", "--limit", "100"));
    arguments.addAll(List.of("--calibration-batches", "2"));

    assertThat(submit(arguments)).contains("calibration, 50 of 50 images", "evaluation, 50 of 50");

    Path expected = folder.resolve("expected.json");
    Calibrator.builder(OnnxModel.read(DATA.resolve("networks/alexnet.onnx")))
        .build()
        .calibrate(
            Ilsvrc2012.validation(DATA.resolve("ILSVRC2012_img_val.tar"), DATA.resolve("val.txt"))
                .batches(
                    25, Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64))
                .first(2))
        .write(expected);
    assertThat(work.resolve("table.json")).hasSameBinaryContentAs(expected);
  }

  /** Runs it to its end, and returns what it printed. */
  private String submit(List<String> arguments) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    command.addAll(SHORT_LIVED);
    command.addAll(List.of("-Xmx1g", "-cp", SPARK_HOME.resolve("jars") + File.separator + "*"));
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    command.addAll(List.of("--conf", "spark.local.dir=" + folder.resolve("local")));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", SPARK_HOME.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");

    Process spark = builder.start();
    end(spark, Duration.ofMinutes(15));

    assertThat(spark.exitValue()).as(Files.readString(log)).isZero();
    return Files.readString(log);
  }

  /** Waits for a process, which has so long. */
  private static void end(Process process, Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      // Without its children it might end by itself, as if all were well.
      List<ProcessHandle> descendants = process.descendants().toList();
      process.destroyForcibly().waitFor();
      descendants.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** What is in the blocks of a language of the page about clusters. */
  private static String page(String language) throws IOException {
    String page = Files.readString(DATA.resolveSibling("docs/cluster.md"));
    return Pattern.compile("^```" + language + "\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE)
        .matcher(page)
        .results()
        .map(block -> block.group(1))
        .collect(Collectors.joining());
  }

  /** The Java of that page as a class, which the program runs. */
  private Path snippet() throws IOException {
    String page =
        page("java").replace("Path.of(\"calibration-data\")", "Path.of(\"" + DATA + "\")");
    String imports =
        page.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
    String body =
        page.lines().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
    Path source = folder.resolve("Snippet.java");
    Files.writeString(
        source,
        "package com.example;\nimport java.nio.file.Path;\n%s\npublic class Snippet implements Runnable {\npublic void run() { try {\n%s\n} catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); } } }\n"
            .formatted(imports, body));
    Path classes = Files.createDirectory(folder.resolve("classes"));
    String classPath;
    try (Stream<Path> jars = Files.list(SPARK_HOME.resolve("jars"))) {
      classPath = jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                classes.toString(),
                "-cp",
                classPath + File.pathSeparator + SELF_CONTAINED,
                source.toString());
    assertThat(result).isZero();
    Path jar = folder.resolve("snippet.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> found = Files.walk(classes)) {
      for (Path each : found.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(each).toString().replace('\\', '/')));
        Files.copy(each, zip);
      }
    }
    return jar;
  }
}

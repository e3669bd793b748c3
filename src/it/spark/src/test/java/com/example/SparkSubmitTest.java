package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Submits the self-contained file to a cluster as {@code spark-submit} does. */
class SparkSubmitTest {
  private static final Path SPARK_HOME = Path.of(System.getProperty("sparkHome"));

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

  @TempDir private Path folder;

  @Test
  void twoExecutorsFindWhatOneProcessFinds() throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    command.addAll(
        List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-Djdk.reflect.useDirectMethodHandle=false",
            "-Xmx1g",
            "-cp",
            SPARK_HOME.resolve("jars") + File.separator + "*",
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            "local-cluster[2,1,2048]",
            "--class",
            SameOnACluster.class.getName(),
            "--jars",
            System.getProperty("selfContained"),
            "--conf",
            "spark.executor.memory=1g"));
    for (String setting :
        List.of(
            "spark.ui.enabled=false",
            "spark.speculation=true",
            "spark.speculation.interval=10ms",
            "spark.speculation.multiplier=1.01",
            "spark.speculation.quantile=0.1",
            "spark.speculation.minTaskRuntime=1ms",
            "spark.sql.shuffle.partitions=4",
            "spark.local.dir=" + folder.resolve("local"))) {
      command.addAll(List.of("--conf", setting));
    }
    command.addAll(
        List.of(
            System.getProperty("program"),
            System.getProperty("data"),
            "alexnet",
            Files.createDirectory(folder.resolve("rows")).toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Files.createDirectory(folder.resolve("work")).toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", SPARK_HOME.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");

    int code = builder.start().waitFor();

    assertThat(Files.readString(log)).endsWith("the same\n");
    assertThat(code).isZero();
  }
}

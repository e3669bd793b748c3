package io.github.calib8;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the scripts of src/jshell by the command in their headers: JShell itself ends with 0 after
 * an error, these scripts may not.
 */
class ScriptIT {

  private static final int MAX_LINES = 60;
  private static final String CLASSES = "target/classes:";

  @TempDir Path folder;

  static Stream<Script> scripts() throws IOException {
    return Script.all();
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyScriptRunsByTheCommandInItsHeader(Script script) throws Exception {
    assertThat(script.command()).contains(" " + script.file() + " ");
    Script.Run run = script.run(script.command());
    assertThat(run.exitCode()).as("%s: %s", script, run.output()).isZero();
    assertThat(run.output()).isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyScriptIsShort(Script script) throws IOException {
    assertThat(script.lines()).hasSizeLessThanOrEqualTo(MAX_LINES);
  }

  @Test
  void theLibrarysJarDoesAsWell() throws Exception {
    Script script = inspect();
    assertThat(script.command()).contains(CLASSES);
    Script.Run run = script.run(script.command().replace(CLASSES, jar() + ":"));
    assertThat(run.exitCode()).as(run.output()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int wrong = undefined;",
        "Files.readString(Path.of(\"no such file\"));",
        "if (true) throw new IllegalStateException();",
        "{ // never closed",
        "Runtime.getRuntime().halt(0); // as a crash ends the process",
      })
  void aScriptWithAnErrorDoesNotEndWithZero(String error) throws Exception {
    Script good = inspect();
    List<String> lines = new ArrayList<>(good.lines());
    lines.add(lines.indexOf("{") + 1, error);
    Path bad = Files.write(folder.resolve("bad.jsh"), lines);

    Script.Run run = good.run(good.command().replace(good.file().toString(), bad.toString()));

    assertThat(run.exitCode()).as(run.output()).isNotZero();
  }

  private static Script inspect() {
    return new Script(Path.of("src/jshell/inspect.jsh"));
  }

  /** The jar of this build, neither its sources nor its documentation. */
  private static Path jar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("calib8-[\\d.]+(-SNAPSHOT)?\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }
}

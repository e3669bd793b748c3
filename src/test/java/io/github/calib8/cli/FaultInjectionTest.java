package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.work.FaultyFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whichever operation of the file system fails: outputs are whole or what they were before, nothing
 * temporary is left, and the exit code and one line say what happened.
 *
 * <p>{@code -Dcalib8.faults=1} tries every operation; the build tries a part of them, the first and
 * last ones among it.
 */
class FaultInjectionTest {
  private static final String OLD = "what was there before";

  @TempDir private Path folder;
  private final FaultyFiles faults = new FaultyFiles();
  private final Map<String, Path> outputs = new LinkedHashMap<>();
  private final Map<String, byte[]> expected = new LinkedHashMap<>();
  private TinySetup tiny;
  private Path state;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
    state = folder.resolve("state");
  }

  private Path tar() throws IOException {
    Path archive = folder.resolve("images.tar");
    try (OutputStream out = Files.newOutputStream(archive);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (int i = 1; i <= TinySetup.IMAGES; i++) {
        TarArchiveEntry entry = new TarArchiveEntry(String.valueOf(tiny.image(i).getFileName()));
        byte[] bytes = Files.readAllBytes(tiny.image(i));
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
      }
    }
    return archive;
  }

  @ParameterizedTest
  @CsvSource({"quantize, false", "quantize, true", "evaluate, false", "evaluate, true"})
  void anyFailureLeavesWholeFilesAndAnExitCode(String command, boolean isTar) throws IOException {
    List<String> arguments = arguments(command, isTar ? tar() : tiny.images);
    faults.failAt(0);
    assertThat(run(arguments).exitCode()).isEqualTo(ExitCode.FINE);
    int operations = faults.operations();
    assertThat(operations).isGreaterThan(50);
    for (Map.Entry<String, Path> output : outputs.entrySet()) {
      expected.put(output.getKey(), Files.readAllBytes(output.getValue()));
    }

    int step = Integer.getInteger("calib8.faults", 23);
    for (int n = 1; n <= operations; n++) {
      if (n <= 2 || n > operations - 6 || n % step == 0) {
        check(arguments, n);
      }
    }
  }

  private void check(List<String> arguments, int n) throws IOException {
    boolean isOld = n % 2 == 0;
    deleteAll(state);
    for (Path output : outputs.values()) {
      if (isOld) {
        Files.writeString(output, OLD);
      } else {
        Files.deleteIfExists(output);
      }
    }
    faults.failAt(n);
    CommandLineRun run = run(arguments);

    assertThat(run.exitCode())
        .as("operation %d: %s", n, run.err())
        .isIn(ExitCode.FINE, ExitCode.BAD_INPUT);
    assertThat(run.err().lines().filter(line -> line.startsWith("calib8: ")))
        .as("operation %d: %s", n, run.err())
        .hasSize(run.exitCode() == ExitCode.FINE ? 0 : 1)
        .allMatch(line -> line.contains("No luck with operation " + n));
    assertThat(run.err()).doesNotContain("\tat ");
    for (Map.Entry<String, Path> output : outputs.entrySet()) {
      String name = "operation %d: %s".formatted(n, output.getKey());
      if (!Files.exists(output.getValue())) {
        assertThat(run.exitCode()).as(name).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(isOld).as(name).isFalse();
      } else if (Files.readString(output.getValue(), StandardCharsets.ISO_8859_1).equals(OLD)) {
        assertThat(run.exitCode()).as(name).isEqualTo(ExitCode.BAD_INPUT);
      } else {
        assertWhole(name, output);
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
    if (n % 7 == 0) {
      faults.failAt(0);
      assertThat(run(arguments).exitCode()).as("going on after %d", n).isEqualTo(ExitCode.FINE);
      for (Map.Entry<String, Path> output : outputs.entrySet()) {
        assertWhole("going on after %d: %s".formatted(n, output.getKey()), output);
      }
    }
  }

  /** Files with times in them are not the same each time, but as long as ever, about. */
  private void assertWhole(String name, Map.Entry<String, Path> output) throws IOException {
    byte[] found = Files.readAllBytes(output.getValue());
    byte[] first = expected.getOrDefault(output.getKey(), found);
    if (output.getKey().equals("--json") || output.getKey().equals("--html")) {
      assertThat(found.length).as(name).isBetween(first.length - 100, first.length + 100);
      assertThat(new String(found, StandardCharsets.UTF_8).strip())
          .as(name)
          .endsWith(output.getKey().equals("--json") ? "}" : "</html>");
    } else {
      assertThat(found).as(name).isEqualTo(first);
    }
  }

  private List<String> arguments(String command, Path images) {
    boolean isEvaluate = command.equals("evaluate");
    outputs.put(isEvaluate ? "--int8" : "--out", folder.resolve("out.onnx"));
    outputs.put("--table", folder.resolve("table.json"));
    if (isEvaluate) {
      outputs.put("--json", folder.resolve("a.json"));
      outputs.put("--html", folder.resolve("a.html"));
    }
    List<Object> all =
        new ArrayList<>(
            List.of(
                command,
                "--model",
                tiny.model,
                "--images",
                images,
                "--labels",
                tiny.labels,
                "--preprocess",
                "caffe",
                "--resize",
                "none",
                "--crop",
                "6",
                "--limit",
                "20",
                "--batch-size",
                "5",
                "--calibration-batches",
                "2",
                "--threads",
                "1",
                "--resume",
                state,
                "--save-every",
                "0"));
    outputs.forEach((option, file) -> all.addAll(List.of(option, file)));
    return all.stream().map(Object::toString).toList();
  }

  private CommandLineRun run(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.commandLine()
            .registerConverter(Path.class, faults::path)
            .registerConverter(ImagePlace.class, text -> ImagePlace.of(text, faults::path))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments.toArray(String[]::new));
    return new CommandLineRun(exitCode, out.toString(), err.toString());
  }

  private static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}

package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.calib8.work.FolderLock;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that a command found is lost, and nothing that it was given is overwritten. */
class OutputsTest {

  @TempDir private Path folder;
  private TinySetup tiny;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
  }

  @Test
  void linksToInputsAreNoOutputs() throws IOException {
    assumeThat(Files.getFileStore(folder).supportsFileAttributeView("posix")).isTrue();
    Path hard = Files.createLink(folder.resolve("hard.onnx"), tiny.model);
    Path soft = Files.createSymbolicLink(folder.resolve("soft.txt"), tiny.labels);
    Path linked = Files.createSymbolicLink(folder.resolve("same"), folder);

    for (Path taken : List.of(hard, soft, linked.resolve("val.txt"))) {
      assertRefused(tiny.evaluate("--int8", taken), "another name", taken.toString());
    }
    assertRefused(
        tiny.evaluate("--json", folder.resolve("new"), "--csv", linked.resolve("new")),
        "another name");
  }

  @Test
  void dataBesideTheModelStays() throws IOException {
    Path data = folder.resolve("weights.bin");
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(tiny.model)).toBuilder();
    TensorProto.Builder kernel = model.getGraphBuilder().getInitializerBuilder(0);
    Files.write(data, kernel.getRawData().toByteArray());
    kernel
        .clearRawData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalDataBuilder()
        .setKey("location")
        .setValue("weights.bin");
    Files.write(tiny.model, model.build().toByteArray());
    byte[] before = Files.readAllBytes(data);

    assertThat(tiny.evaluate().exitCode()).isZero();
    assertRefused(tiny.evaluate("--int8", data), "another name", data.toString());
    assertRefused(tiny.evaluate("--json", data), "another name", data.toString());
    assertRefused(CommandLineRun.of("inspect", tiny.model, "--json", data), "another name");
    assertThat(data).hasBinaryContent(before);
  }

  @Test
  void imagesStay() throws IOException {
    byte[] before = Files.readAllBytes(tiny.image(3));
    assertRefused(tiny.evaluate("--json", tiny.image(3)), "no image", tiny.image(3).toString());
    Path hard = Files.createLink(folder.resolve("report"), tiny.image(3));
    assertRefused(tiny.evaluate("--json", hard), "no image", "report");
    assertThat(tiny.image(3)).hasBinaryContent(before);
  }

  private static void assertRefused(CommandLineRun run, String... texts) {
    assertThat(run.err()).hasLineCount(1).contains(texts);
    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
  }

  @Test
  void figuresArePrintedAndTheOtherFilesWrittenIfOneCannotBe() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    Path html = folder.resolve("a.html");
    Path csv = folder.resolve("a.csv");

    CommandLineRun run =
        tiny.evaluate("--int8", full, "--json", full, "--csv", csv, "--html", html);

    assertThat(run.out()).contains("| model ");
    assertThat(csv).isNotEmptyFile();
    assertThat(html).isNotEmptyFile();
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err().lines().filter(line -> line.contains("Cannot write /dev/full")))
        .hasSize(1);
  }

  @Test
  void aTableThatCannotBeWrittenDoesNotLoseTheModel() {
    Path out = folder.resolve("int8.onnx");
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    Path table = folder.resolve("full.json");
    CommandLineRun run;
    try {
      Files.createSymbolicLink(table, full);
      run =
          CommandLineRun.of(
              "quantize",
              "--model",
              tiny.model,
              "--out",
              out,
              "--images",
              tiny.images,
              "--preprocess",
              "caffe",
              "--resize",
              "none",
              "--crop",
              "6",
              "--table",
              table);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("Cannot write " + table);
    assertThat(out).isNotEmptyFile();
    assertThat(table).isSymbolicLink();
    assertThat(table.toFile().delete()).isTrue();
  }

  @Test
  void aStandardOutputThatTakesNothingIsAnError() throws IOException {
    Writer closed =
        new Writer() {
          @Override
          public void write(char[] buffer, int offset, int length) throws IOException {
            throw new IOException("No space left on device");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    for (String[] arguments : new String[][] {{"inspect", tiny.model.toString()}, {"--version"}}) {
      StringWriter err = new StringWriter();
      int code =
          Main.commandLine()
              .setOut(new PrintWriter(closed))
              .setErr(new PrintWriter(err, true))
              .execute(arguments);
      assertThat(err.toString()).contains("Expected a standard output that takes the results");
      assertThat(code).isEqualTo(ExitCode.BAD_INPUT);
    }
  }

  @Test
  void aFullDiskBelowStandardOutputIsAnError() throws Exception {
    File full = new File("/dev/full");
    assumeThat(full).exists();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "inspect",
                tiny.model.toString())
            .redirectOutput(full)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();

    assertThat(process.waitFor()).isEqualTo(ExitCode.BAD_INPUT);
  }

  @Test
  void aFolderOfStateIsForOneRunAtATime() throws IOException {
    Path state = Files.createDirectory(folder.resolve("state"));
    try (FolderLock other = FolderLock.of(state)) {
      assertThat(other).isNotNull();
      CommandLineRun run = tiny.evaluate("--resume", state);
      assertThat(run.err()).hasLineCount(1).contains("no other run uses", state.toString());
      assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    }
    assertThat(tiny.evaluate("--resume", state).exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(tiny.evaluate("--resume", state).exitCode()).isEqualTo(ExitCode.FINE);
  }
}

package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class MainTest {

  @TempDir private Path folder;

  @Test
  void helpNamesTheCommandsAndHoldsAnExample() {
    CommandLineRun run = CommandLineRun.of("--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("evaluate", "Examples:", "not ImageNet's");
  }

  @Test
  void completionIsForBashAndZshAndKnowsTheValues() {
    CommandLineRun run = CommandLineRun.of("generate-completion");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("#!/usr/bin/env bash")
        .contains("complete -F _complete_calib8 -o default calib8", "--resume", "torchvision")
        .contains("resnet152", "retarget", "antialiased-bicubic", "gray");
  }

  @Test
  void aFaultOfTheVirtualMachineIsOneLine() {
    CommandLine line = Main.commandLine();
    StringWriter err = new StringWriter();
    line.addSubcommand(new Faulty());
    line.setErr(new PrintWriter(err, true));

    assertThat(line.execute("faulty")).isEqualTo(ExitCode.INTERNAL_ERROR);
    assertThat(err.toString())
        .hasLineCount(1)
        .startsWith("calib8: Internal error, --stacktrace shows where: java.lang.StackOverflow");
    assertThat(line.execute("faulty", "--stacktrace")).isEqualTo(ExitCode.INTERNAL_ERROR);
    assertThat(err.toString()).contains("\tat io.github.calib8.cli.MainTest");
  }

  @Command(name = "faulty")
  private static final class Faulty implements Runnable {

    @Mixin private StacktraceOption stacktrace;

    @Override
    public void run() {
      throw new StackOverflowError();
    }
  }

  @Test
  void versionNamesTheLibraryAndTheEngine() {
    CommandLineRun run = CommandLineRun.of("--version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Calib8").contains("ONNX Runtime 1.");
  }

  @Test
  void unknownOptionsAndNetworksAreWrongUsage() {
    CommandLineRun option = CommandLineRun.of("--surprise");
    CommandLineRun network = CommandLineRun.of("--networks", "lenet");

    assertThat(option.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(option.err()).hasLineCount(1).contains("--surprise", "(see calib8 --help)");
    assertThat(network.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(network.err()).hasLineCount(1).contains("resnet152", "found 'lenet'");
  }

  /** So that an image that is replaced by another one of its name is noticed. */
  @Test
  void aStateOfTheEmbeddedRunKnowsTheBytesOfItsImages() throws IOException {
    Path state = folder.resolve("state");

    CommandLineRun run =
        CommandLineRun.of("--networks", "alexnet", "--limit", "25", "--resume", state);

    assertThat(run.exitCode()).as(run.err()).isZero();
    try (Stream<Path> files = Files.list(state)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .contains("alexnet.calibration", "alexnet.calibration.images");
    }
  }

  @Test
  void aMissingDataFolderIsNamed() {
    Path nowhere = folder.resolve("nowhere");

    CommandLineRun run = CommandLineRun.of("--data", nowhere);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains(nowhere.toString(), "--data");
  }

  @Test
  void aDataFolderWithoutImagesIsRefused() {
    CommandLineRun run = CommandLineRun.of("--data", folder);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains(folder.toString());
  }

  @Test
  void theOutputFolderIsCheckedBeforeTheLongWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    CommandLineRun run = CommandLineRun.of("--data", folder, "--json", file.resolve("out.json"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains("out.json", file.toString());
  }
}

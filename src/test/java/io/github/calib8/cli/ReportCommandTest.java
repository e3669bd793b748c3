package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs are compared by what their files say. */
class ReportCommandTest {
  @TempDir Path folder;

  private Path run(String name, int right, String fp32) throws IOException {
    return Files.writeString(folder.resolve(name + ".json"), RunFiles.of("net", right, fp32));
  }

  @Test
  void runsStandSideBySide() throws IOException {
    Path page = folder.resolve("page.html");
    CommandLineRun run =
        CommandLineRun.of(
            "report", run("entropy", 799, "f0"), run("mse", 770, "f0"), "--html", page);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("| entropy | 1000 | 80.00 / 95.00 | 79.90 / 94.50 | +0.10 [")
        .contains("| mse | 1000 | 80.00 / 95.00 | 77.00 / 94.50 | +3.00 [")
        .contains("| 0.00 / - | 10.0 / 20.0 | 2.00 |")
        .doesNotContain("Note");
    assertThat(page)
        .content()
        .contains(
            "2 runs: entropy loses least of top-1 (+0.10), mse most (+3.00); their intervals do not"
                + " meet.")
        .contains("<svg ");
  }

  @Test
  void whatDiffersBesidesIsSaid() throws IOException {
    CommandLineRun run = CommandLineRun.of("report", run("a", 799, "f0"), run("b", 770, "f1"));
    assertThat(run.out()).contains("Note: the runs are of different FP32 models.\n");
  }

  @Test
  void oneRunHasNoPlotOfOnePoint() throws IOException {
    Path page = folder.resolve("page.html");
    assertThat(CommandLineRun.of("report", run("a", 799, "f0"), "--html", page).exitCode())
        .isZero();
    assertThat(page)
        .content()
        .contains("a: FP32 - INT8 is +0.10 points of top-1.")
        .doesNotContain("<svg ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "agreement": | "was": | agreement is missing
          "top1ConfidenceInterval": | "was": | difference.top1ConfidenceInterval.0 is missing
          "meanKl": | "meanKl": 1e999, "was": | meanKl is
          """)
  void noFigureIsMadeUp(String from, String to, String found) throws IOException {
    Path file = run("a", 799, "f0");
    Files.writeString(file, Files.readString(file).replace(from, to));
    CommandLineRun run = CommandLineRun.of("report", file);
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains("a.json: expected", "a network whose " + found);
  }

  @Test
  void whatAFileDoesNotSayIsNoDifference() throws IOException {
    Path old = run("old", 799, "f0");
    Files.writeString(old, Files.readString(old).replaceAll("(?s)\"models\" ?: ?\\{[^}]*},", ""));
    CommandLineRun run = CommandLineRun.of("report", old, run("new", 799, "f0"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Note: whether the runs are of different FP32 models is not known")
        .doesNotContain("the runs are of different FP32 models.");
  }

  @Test
  void runsThatLoseTheSameAreNotRanked() throws IOException {
    Path page = folder.resolve("page.html");
    CommandLineRun.of("report", run("a", 799, "f0"), run("b", 799, "f0"), "--html", page);
    assertThat(page).content().contains("2 runs, which all lose the same of top-1 (+0.10).");
  }

  @Test
  void aRunIsGivenOnce() throws IOException {
    Path file = run("a", 799, "f0");
    CommandLineRun run = CommandLineRun.of("report", file, file);
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains("a.json: expected each file once");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          <html> | no JSON: Unexpected character
          [] | JSON without networks and environment
          {"networks": [], "environment": {}, "schemaVersion": 9} | schemaVersion 9
          {"networks": [{"name": "a"}], "environment": {}, "schemaVersion": 1} | a network whose images is missing
          """)
  void anotherFileIsBadInputInALine(String text, String found) throws IOException {
    Path file = Files.writeString(folder.resolve("other.json"), text);
    CommandLineRun run = CommandLineRun.of("report", file);
    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("other.json: expected what evaluate --json writes, found " + found);
  }

  @Test
  void aPageNeverReplacesARun() throws IOException {
    Path file = run("a", 799, "f0");
    CommandLineRun run = CommandLineRun.of("report", file, "--html", file);
    assertThat(run.exitCode()).isNotZero();
    assertThat(file).content().startsWith("{");
  }
}

package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What every command tells of itself. */
class HelpTest {

  private static final int COLUMNS = 80;

  @TempDir private Path folder;

  static Stream<String> commands() {
    return names("", Main.commandLine());
  }

  private static Stream<String> names(String name, CommandLine command) {
    return Stream.concat(
        Stream.of(name),
        command.getSubcommands().entrySet().stream()
            .flatMap(each -> names((name + " " + each.getKey()).strip(), each.getValue())));
  }

  private static CommandLineRun help(String command) {
    return CommandLineRun.of((Object[]) (command + " --help").strip().split(" "));
  }

  /** The commands below "Example:", each in one line. */
  private static List<String> examples(String command) {
    String[] parts = help(command).out().split("Examples?:\\R", 2);
    assertThat(parts).as(command).hasSize(2);
    String block = parts[1].split("\\R\\R", 2)[0];
    return block.replaceAll("\\\\\\R\\s+", "").lines().map(String::strip).toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasExamplesThatParse(String command) {
    assertThat(examples(command)).isNotEmpty();
    for (String example : examples(command)) {
      assertThat(example).startsWith(("calib8 " + command).strip());
      List<String> words = CommandSnippetTest.words(example);
      assertThatCode(() -> Main.commandLine().parseArgs(words.toArray(String[]::new)))
          .as(example)
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandTellsTheExitCodesAndFitsEightyColumns(String command) {
    CommandLineRun run = help(command);

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(run.err()).isEmpty();
    assertThat(run.out().replaceAll("\\s+", " "))
        .contains("2 wrong usage, 3 bad input, 4 a fault of the program, 130 interrupted.");
    assertThat(run.out().contains("1 beyond --fail-above"))
        .isEqualTo(run.out().contains("--fail-above=POINTS"));
    assertThat(run.out().lines()).allMatch(line -> line.length() <= COLUMNS);
    assertThat(run.out()).as("no colors, as nobody watches").doesNotContain("\u001b");
  }

  /** In the order of the help, so that later ones find the files of earlier ones. */
  @Test
  void theExamplesRun() throws IOException {
    ReadersFolder files = ReadersFolder.in(folder);
    List<String> run = new ArrayList<>();
    for (String example : commands().flatMap(command -> examples(command).stream()).toList()) {
      // These take minutes, at full size.
      if (example.equals("calib8") || example.matches("calib8 (--networks|benchmark) .*")) {
        continue;
      }
      CommandLineRun result =
          CommandLineRun.of(CommandSnippetTest.arguments(files, example).toArray());
      assertThat(result.exitCode())
          .as(example + "\n" + result.err())
          .isIn(CommandSnippetTest.expected(example));
      run.add(example);
    }
    assertThat(run).hasSizeGreaterThan(9);
  }
}

package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the {@code calib8} commands of the README and of docs, on small files. */
class CommandSnippetTest {
  @TempDir Path folder;

  static Stream<Page> pages() throws IOException {
    return Page.all().filter(page -> !commands(page).isEmpty());
  }

  private static List<String> commands(Page page) {
    return page.blocks("sh").stream()
        .flatMap(block -> block.replace("\\\n", " ").lines())
        .filter(line -> line.startsWith("calib8 "))
        .toList();
  }

  @Test
  void someCommandIsDocumented() throws IOException {
    assertThat(pages()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandRuns(Page page) throws IOException {
    ReadersFolder files = ReadersFolder.in(folder);
    for (String command : commands(page)) {
      CommandLineRun run = CommandLineRun.of(arguments(files, command).toArray());
      assertThat(run.exitCode()).as(command + "\n" + run.err()).isIn(expected(command));
    }
  }

  /**
   * A name without a folder is a file in the reader's folder; a small part of the images, and of
   * the time, will do.
   */
  static List<String> arguments(ReadersFolder files, String command) {
    List<String> arguments = words(command);
    arguments.replaceAll(
        word -> word.matches("[\\w.]+\\.[a-z]\\w+") ? files.file(word).toString() : word);
    if (arguments.get(0).equals("doctor")) {
      set(arguments, "--limit", "20");
    } else if (arguments.contains("--images")) {
      set(arguments, "--limit", "100");
      set(arguments, "--calibration-batches", "1");
    } else if (arguments.contains("--seconds")) {
      set(arguments, "--seconds", "0.05");
    }
    return arguments;
  }

  /** The words after {@code calib8}, without a remark or where the output goes. */
  static List<String> words(String command) {
    String[] words = command.split("#| > ")[0].trim().split("\\s+");
    return new ArrayList<>(Arrays.asList(words).subList(1, words.length));
  }

  /** How a command may end: the reader's network has random weights, and so loses what it will. */
  static List<Integer> expected(String command) {
    return command.contains(LossLimit.FAIL_ABOVE)
        ? List.of(ExitCode.FINE, ExitCode.LIMIT_BROKEN)
        : List.of(ExitCode.FINE);
  }

  private static void set(List<String> arguments, String option, String value) {
    int place = arguments.indexOf(option);
    if (place < 0) {
      arguments.addAll(List.of(option, value));
    } else {
      arguments.set(place + 1, value);
    }
  }
}

package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the Java snippets of the README and of docs as a reader would: each page pasted in order.
 */
class JavaSnippetTest {
  private static final Pattern BARE_NAME =
      Pattern.compile("Path\\.of\\(\"([^\"/]+\\.[^\"/]+)\"\\)");

  private static final Pattern BATCHES = Pattern.compile("\\b(first|skip)\\((\\d+)\\)");

  /** How much less than what is documented is enough to see whether a snippet runs. */
  private static final int PART = 5;

  private static final int MILLIS_FOR_A_SECOND = 50;

  @TempDir Path folder;

  static Stream<Page> pages() throws IOException {
    // What needs Spark is run by the project of src/it that has it.
    return Page.all()
        .filter(page -> !page.blocks("java").isEmpty() && !page.file().endsWith("cluster.md"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everySnippetRuns(Page page) throws IOException {
    ReadersFolder files = ReadersFolder.in(folder);
    // A name without a folder is a file in the reader's folder.
    String source =
        BARE_NAME
            .matcher(shortened(String.join("\n", page.blocks("java"))))
            .replaceAll(name -> "Path.of(\"" + files.file(name.group(1)) + "\")");
    try (JShell shell = shell()) {
      assertThat(failures(shell, source)).isEmpty();
    }
  }

  /**
   * The same with a part of the batches, and of the time: what is left out and what is taken of
   * each stay in proportion. What asserts something of the figures stays as it is.
   */
  private static String shortened(String source) {
    if (source.contains("Calib8Assertions")) {
      return source;
    }
    String fewer =
        BATCHES
            .matcher(source)
            .replaceAll(
                call -> {
                  int batches = Integer.parseInt(call.group(2));
                  return call.group(1) + "(" + (batches + PART - 1) / PART + ")";
                });
    return fewer.replace("Duration.ofSeconds(", "Duration.ofMillis(" + MILLIS_FOR_A_SECOND + " * ");
  }

  @Test
  void aSnippetIsShortenedInProportion() {
    assertThat(shortened("a.skip(50).first(200); b.first(4); Duration.ofSeconds(2)"))
        .isEqualTo("a.skip(10).first(40); b.first(1); Duration.ofMillis(50 * 2)");
    assertThat(shortened("import static Calib8Assertions.x; a.first(200)")).endsWith("first(200)");
  }

  static Stream<Page> pastedPages() throws IOException {
    return pages()
        .filter(page -> page.file().endsWith("README.md") || page.file().startsWith("docs/api"));
  }

  /**
   * The tool takes what is pasted line by line, and a statement for whole as soon as it could be.
   */
  @ParameterizedTest
  @MethodSource("pastedPages")
  void snippetsCanBePastedIntoTheTool(Page page) {
    try (JShell shell = shell()) {
      assertThat(cutShort(shell, String.join("\n", page.blocks("java")))).isEmpty();
    }
  }

  @Test
  void aStatementThatTheToolWouldCutShortIsFound() {
    try (JShell shell = shell()) {
      assertThat(cutShort(shell, "String s = \"a\"\n    .trim();")).hasSize(1);
      assertThat(cutShort(shell, "String s =\n    \"a\".trim(); // fine\nint i = 1;")).isEmpty();
    }
  }

  /** The statements that are taken for whole before their end. */
  private static List<String> cutShort(JShell shell, String source) {
    List<String> found = new ArrayList<>();
    String pending = "";
    for (String line : source.lines().toList()) {
      pending += line + "\n";
      Completeness completeness =
          shell.sourceCodeAnalysis().analyzeCompletion(pending).completeness();
      if (completeness == Completeness.COMPLETE_WITH_SEMI) {
        found.add(pending);
      }
      if (completeness.isComplete()) {
        pending = "";
      }
    }
    return found;
  }

  @Test
  void aSnippetWithAnErrorIsFound() {
    try (JShell shell = shell()) {
      assertThat(failures(shell, "int i = 1;\nint j = undefined;")).hasSize(1);
      assertThat(failures(shell, "throw new IllegalStateException(\"oops\");")).hasSize(1);
      assertThat(failures(shell, "int ok = i + 1;")).isEmpty();
    }
  }

  /** In this process, so that the snippets see the classes under test. */
  private static JShell shell() {
    JShell shell = JShell.builder().executionEngine("local").build();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      shell.addToClasspath(entry);
    }
    assertThat(failures(shell, "import java.nio.file.*; import java.util.*;")).isEmpty();
    return shell;
  }

  private static List<String> failures(JShell shell, String source) {
    List<String> failures = new ArrayList<>();
    String rest = source;
    while (!rest.isBlank()) {
      CompletionInfo completion = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      if (!completion.completeness().isComplete()) {
        failures.add("Incomplete: " + rest);
        break;
      }
      for (SnippetEvent event : shell.eval(completion.source())) {
        if (event.status() == Snippet.Status.REJECTED || event.exception() != null) {
          String diagnostics =
              shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList().toString();
          failures.add(event.snippet().source() + ": " + diagnostics + " " + event.exception());
        }
      }
      rest = completion.remaining();
    }
    return failures;
  }
}

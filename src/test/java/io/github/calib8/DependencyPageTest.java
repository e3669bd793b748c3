package io.github.calib8;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page on dependencies says was tested is what the projects of {@code src/it} test. */
class DependencyPageTest {
  private static final Path PAGE = Path.of("docs/dependency.md");
  private static final Path BUILDS = Path.of("src/it/builds/pom.xml");

  private static final Pattern LOWEST =
      Pattern.compile("(?m)^\\| `([\\w.-]+):([\\w.-]+)` \\| [\\w.]+ \\| ([\\w.]+) \\|");

  @Test
  void theLowestVersionsAreThoseOfTheTestedBuild() throws IOException {
    String builds = Files.readString(BUILDS);
    List<MatchResult> rows = LOWEST.matcher(Files.readString(PAGE)).results().toList();
    assertThat(rows).hasSizeGreaterThan(5);
    for (MatchResult row : rows) {
      assertThat(builds)
          .containsPattern(
              "<groupId>%s</groupId>\\s*<artifactId>%s</artifactId>\\s*<version>%s</version>"
                  .formatted(row.group(1), row.group(2), row.group(3)));
    }
  }

  @Test
  void theBomsAreThoseOfTheTestedBuild() throws IOException {
    List<String> tested =
        Pattern.compile("<spring-boot.version>([\\d.]+)<")
            .matcher(Files.readString(BUILDS))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(tested).hasSize(3);
    assertThat(Files.readString(PAGE)).contains(tested);
  }
}

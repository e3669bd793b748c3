package io.github.calib8;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Numbers are in ASCII and words in lower case whatever the language of the machine: in Arabic
 * {@code %d} prints other digits, in French {@code %f} a comma, and in Turkish {@code I} has
 * another lower case.
 */
class LocaleTest {
  private static final Path SOURCES = Path.of("src/main/java");

  /** Conversions that depend on the language, as {@code %s} and {@code %x} do not. */
  private static final Pattern LOCALIZED =
      Pattern.compile("%(\\d+\\$)?[-#+ 0,(]*\\d*(\\.\\d+)?[dfeEgGaAtT]");

  private static final String LITERAL = "\"(?:[^\"\\\\\\n]|\\\\.)*+\"";

  /** A text, or several in brackets, that is formatted without saying in which language. */
  private static final Pattern FORMATTED =
      Pattern.compile(
          "(%1$s|\\((?:[^()\";]|%1$s|\\([^()\";]*\\))*+\\))\\s*\\.formatted\\(".formatted(LITERAL));

  @Test
  void formatsNameTheirLanguage() {
    Class<?>[] text = {String.class, Object[].class};
    noClasses()
        .should()
        .callMethod(String.class, "format", text)
        .orShould()
        .callMethod(PrintStream.class, "printf", text)
        .orShould()
        .callMethod(PrintWriter.class, "printf", text)
        .orShould()
        .callMethod(PrintStream.class, "format", text)
        .orShould()
        .callMethod(PrintWriter.class, "format", text)
        .orShould()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "toUpperCase")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.github.calib8"));
  }

  @Test
  void textsWithoutALanguageHaveNoConversionThatDependsOnIt() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        assertThat(localized(Files.readString(file)))
            .as("%s: use %%s, or String.format(Locale.ROOT, ...)", file)
            .isEmpty();
      }
    }
  }

  private static List<String> localized(String source) {
    return FORMATTED
        .matcher(source)
        .results()
        .map(MatchResult::group)
        .filter(text -> LOCALIZED.matcher(text.replace("%%", "")).find())
        .toList();
  }

  @Test
  void theCheckFindsThem() {
    assertThat(localized("a(\"%d images\".formatted(n));")).hasSize(1);
    assertThat(localized("a((\"x %s\"\n + \" y(%.2f)\")\n  .formatted(n));")).hasSize(1);
    assertThat(localized("a(\"%s %x %%\".formatted(n), \"%d\");")).isEmpty();
    assertThat(localized("a(\"%s %% for %s\".formatted(p, n));")).isEmpty();
  }
}

package io.github.calib8;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.onnx.OperatorTraits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What an operator is stands in one table. Elsewhere an operator is named for two reasons only: to
 * write a node of it, and to find the nodes that a rewrite is about.
 */
class OperatorNamesTest {
  private static final Path SOURCES = Path.of("src/main/java/io/github/calib8");

  /** The table, and what became of operators from one operator set to the next. */
  private static final Set<String> HOMES =
      Set.of("onnx/OperatorTable.java", "onnx/OpsetUpgrade.java");

  /** Packages that read, write or rewrite graphs operator by operator. */
  private static final Set<String> GRAPH_PACKAGES = Set.of("onnx", "networks", "caffe");

  /** The tables of reports have columns "Min" and "Max"; no graph comes here. */
  private static final Path REPORT = SOURCES.resolve("report");

  /** What other classes write, or look for. */
  private static final Map<String, Set<String>> NAMED =
      Map.of(
          "quantization/QdqRewriter.java", Set.of("QuantizeLinear", "DequantizeLinear"),
          // What an engine has kernels for is not the operators' business.
          "quantization/IntegerKernels.java", Set.of("Mul", "Sigmoid", "LeakyRelu"),
          // Makes single precision, which is observed, of tensors of any type.
          "engine/TensorShapes.java", Set.of("Cast"));

  private static final Set<String> OPERATORS =
      OperatorTraits.all().stream()
          .map(OperatorTraits::operator)
          .filter(operator -> !operator.contains("."))
          .collect(Collectors.toUnmodifiableSet());

  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
  private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
  private static final Pattern NEIGHBORS =
      Pattern.compile("\"(\\w+)\"\\s*,\\s*(?=\"(\\w+)\")", Pattern.DOTALL);

  @Test
  void noOtherListOfOperators() throws IOException {
    List<String> lists = new ArrayList<>();
    for (Source source : sources()) {
      Matcher neighbors = NEIGHBORS.matcher(source.code());
      while (!source.packageIs(Set.of("networks", "caffe")) && neighbors.find()) {
        if (OPERATORS.contains(neighbors.group(1)) && OPERATORS.contains(neighbors.group(2))) {
          lists.add(source.name() + ": " + neighbors.group(1) + ", " + neighbors.group(2));
        }
      }
    }
    assertThat(lists).isEmpty();
  }

  @Test
  void whatIsNotAboutGraphsNamesNoOperator() throws IOException {
    List<String> found = new ArrayList<>();
    for (Source source : sources()) {
      Matcher text = TEXT.matcher(source.code());
      while (!source.packageIs(GRAPH_PACKAGES) && text.find()) {
        if (OPERATORS.contains(text.group(1))
            && !NAMED.getOrDefault(source.name(), Set.of()).contains(text.group(1))) {
          found.add(source.name() + ": " + text.group(1));
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private record Source(String name, String code) {
    boolean packageIs(Set<String> names) {
      return names.contains(name.substring(0, Math.max(0, name.indexOf('/'))));
    }
  }

  private static List<Source> sources() throws IOException {
    List<Source> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file :
          files
              .filter(f -> f.toString().endsWith(".java"))
              .filter(f -> !f.startsWith(REPORT))
              .sorted()
              .toList()) {
        String name = SOURCES.relativize(file).toString().replace('\\', '/');
        if (!HOMES.contains(name)) {
          sources.add(new Source(name, COMMENT.matcher(Files.readString(file)).replaceAll("")));
        }
      }
    }
    assertThat(sources).hasSizeGreaterThan(100);
    return sources;
  }
}

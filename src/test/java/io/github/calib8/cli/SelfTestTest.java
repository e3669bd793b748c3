package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.FloatProduct;
import io.github.calib8.evaluation.IntegerProducts;
import io.github.calib8.report.Check;
import io.github.calib8.scale.InstructionSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * What is expected holds here, and what is not is told. {@code mvn -q test -Dtest=SelfTestTest
 * -Dselftest=write} writes down what this machine makes.
 */
class SelfTestTest {
  private static final Path EXPECTED =
      Path.of("src/main/resources/io/github/calib8/cli/selftest.txt");

  private static SelfTestRun run;
  private static SelfTestExpected expected;

  @TempDir private Path folder;

  @BeforeAll
  static void run() throws IOException {
    run = SelfTestRun.of(EmbeddedData.DEFAULT, 2, step -> {});
    if (System.getProperty("selftest", "").equals("write")) {
      Files.writeString(EXPECTED, written(Files.readString(EXPECTED)));
    }
    expected = SelfTestExpected.parse(Files.readString(EXPECTED));
  }

  /** The file with what this machine makes; the bytes that other instruction sets make stay. */
  private static String written(String before) {
    String here = run.report().environment().instructionSet().name();
    List<String> lines =
        before.lines().filter(line -> line.startsWith("#")).collect(Collectors.toList());
    lines.add("table " + here + " " + run.tableSha256());
    lines.addAll(
        before
            .lines()
            .filter(line -> line.startsWith("table ") && !line.startsWith("table " + here + " "))
            .toList());
    lines.add("right " + run.report().fp32().top1Correct());
    lines.add("agreeing " + run.report().agreeing());
    lines.add("divergence " + run.report().meanKl());
    lines.add("products " + run.products().count());
    run.thresholds().forEach((tensor, value) -> lines.add("threshold " + tensor + " " + value));
    return String.join("\n", lines) + "\n";
  }

  /** The names of the checks that fail. */
  private static List<String> failing(SelfTestExpected values, SelfTestRun found) {
    return values.compare(found).stream()
        .filter(check -> !check.passed())
        .map(Check::what)
        .toList();
  }

  private static SelfTestExpected with(Map<String, Double> thresholds) {
    return with(thresholds, expected.tables());
  }

  private static SelfTestExpected with(
      Map<String, Double> thresholds, Map<InstructionSet, String> tables) {
    return new SelfTestExpected(
        expected.right(),
        expected.agreeing(),
        expected.divergence(),
        expected.products(),
        tables,
        thresholds);
  }

  private static SelfTestExpected with(long right, long agreeing, double divergence, int products) {
    return new SelfTestExpected(
        right, agreeing, divergence, products, expected.tables(), expected.thresholds());
  }

  private static Map<String, Double> thresholds(double factor) {
    Map<String, Double> thresholds = new LinkedHashMap<>(expected.thresholds());
    thresholds.computeIfPresent("res3a_relu", (tensor, value) -> value * factor);
    return thresholds;
  }

  @Test
  void thisMachineComputesAsExpected() {
    assertThat(failing(expected, run)).as("%s", expected.compare(run)).isEmpty();
    assertThat(expected.thresholds()).hasSize(71);
    assertThat(run.report().images()).isEqualTo(100);
  }

  @Test
  void eachWrongValueIsToldAlone() {
    long right = run.report().fp32().top1Correct();
    long agreeing = run.report().agreeing();
    double divergence = run.report().meanKl();
    int products = run.products().count();

    assertThat(failing(with(right, agreeing, divergence, products), run)).isEmpty();
    assertThat(failing(with(right + 3, agreeing, divergence, products), run)).isEmpty();
    assertThat(failing(with(right + 4, agreeing, divergence, products), run))
        .containsExactly("FP32 right");
    assertThat(failing(with(right, agreeing - 4, divergence, products), run))
        .containsExactly("Agreement");
    assertThat(failing(with(right, agreeing, divergence / 1.6, products), run))
        .containsExactly("Divergence");
    assertThat(failing(with(right, agreeing, divergence * 2.1, products), run))
        .containsExactly("Divergence");
    assertThat(failing(with(right, agreeing, divergence, products + 1), run))
        .containsExactly("Integers");
  }

  @Test
  void productsInFloatingPointAreTold() {
    IntegerProducts all = run.products();
    IntegerProducts fewer =
        new IntegerProducts(
            all.count(),
            all.inIntegers() - 1,
            all.shareOfMultiplyAdds(),
            List.of(new FloatProduct("conv1", "Conv", "asked for")),
            all.ofEngine());
    AccuracyReport report =
        AccuracyReport.builder(
                "n",
                run.report().fp32(),
                run.report().int8().withProducts(Optional.of(fewer)),
                run.report().environment())
            .withAgreeing(run.report().agreeing())
            .withDiscordant(run.report().onlyFp32(), run.report().onlyInt8())
            .withMeanKl(run.report().meanKl())
            .build();

    assertThat(failing(expected, new SelfTestRun(report, run.tableSha256(), run.thresholds())))
        .containsExactly("Integers");
  }

  @Test
  void aThresholdMayDifferByATenth() {
    SelfTestRun other = new SelfTestRun(run.report(), "0".repeat(64), thresholds(1.034));

    assertThat(failing(expected, other)).isEmpty();
    assertThat(expected.compare(other).get(0).found())
        .startsWith("000000000000, 1 of 71 thresholds differ, by 3.4");
    assertThat(expected.notes(other))
        .singleElement()
        .asString()
        .startsWith("res3a_relu: threshold 6.40292, expected 6.19238 (+3.4");
  }

  @Test
  void otherScalesOfTheSameThresholdsAreTold() {
    SelfTestRun other = new SelfTestRun(run.report(), "0".repeat(64), expected.thresholds());
    assertThat(failing(expected, other)).containsExactly("Table");
  }

  @Test
  void anotherThresholdOrTensorIsTold() {
    String sha256 = "0".repeat(64);
    for (double factor : new double[] {1.11, 0.89}) {
      assertThat(failing(expected, new SelfTestRun(run.report(), sha256, thresholds(factor))))
          .containsExactly("Table");
    }
    Map<String, Double> fewer = new LinkedHashMap<>(expected.thresholds());
    fewer.remove("pool5");
    assertThat(failing(expected, new SelfTestRun(run.report(), sha256, fewer)))
        .containsExactly("Table");
    assertThat(failing(with(fewer), new SelfTestRun(run.report(), sha256, run.thresholds())))
        .containsExactly("Table");
    assertThat(expected.notes(new SelfTestRun(run.report(), sha256, fewer)))
        .containsExactly("pool5: threshold none, expected 5.24783 (-100 %)");
  }

  @Test
  void theVeryBytesAreSaidWhereTheyAreKnown() {
    InstructionSet here = run.report().environment().instructionSet();
    SelfTestExpected known =
        new SelfTestExpected(1, 1, 1, 1, Map.of(here, run.tableSha256()), run.thresholds());
    SelfTestExpected other =
        new SelfTestExpected(
            1,
            1,
            1,
            1,
            Map.of(
                here == InstructionSet.AVX2 ? InstructionSet.AVX512 : InstructionSet.AVX2,
                run.tableSha256()),
            run.thresholds());

    assertThat(known.compare(run).get(0).found()).endsWith(", the very bytes");
    assertThat(other.compare(run).get(0).found())
        .endsWith("0 of 71 thresholds differ, by 0.00 % at most");
    assertThat(other.compare(run).get(0).expected())
        .contains("as none is known of " + here.displayName());
  }

  @Test
  void whatDiffersIsAnErrorAndAllIsWritten() throws Exception {
    Path file = folder.resolve("selftest.json");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(new SelfTestCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    command.parseArgs("--json", file.toString());
    SelfTestCommand selfTest = command.getCommand();
    Map<String, String> providers = Map.of("cpu", "runs");

    assertThat(selfTest.tell(run, providers, expected)).isEqualTo(ExitCode.FINE);
    assertThat(err).hasToString("");
    assertThat(new JsonMapper().readTree(file.toFile()).get("passed").booleanValue()).isTrue();

    assertThat(
            selfTest.tell(
                run,
                providers,
                with(thresholds(1.2), Map.of(InstructionSet.OTHER, "0".repeat(64)))))
        .isEqualTo(ExitCode.LIMIT_BROKEN);
    assertThat(err.toString())
        .contains("This machine computes otherwise than expected: Table")
        .hasLineCount(1);
    assertThat(out.toString())
        .contains("Provider    cpu: runs", "ok      Divergence", "DIFFERS Table", "res3a_relu: ");
    JsonNode json = new JsonMapper().readTree(file.toFile());
    assertThat(json.get("passed").booleanValue()).isFalse();
    assertThat(json.get("platform").textValue()).contains(System.getProperty("os.arch"));
    assertThat(json.get("environment").get("instructionSet").textValue())
        .isEqualTo(Environment.current(1).instructionSet().name());
    assertThat(json.get("providers")).hasToString("[{\"provider\":\"cpu\",\"state\":\"runs\"}]");
    assertThat(json.get("checks")).hasSize(5);
    assertThat(json.get("checks").get(0).get("check").textValue()).isEqualTo("Table");
    assertThat(json.get("checks").get(0).get("passed").booleanValue()).isFalse();
    assertThat(json.get("checks").get(1).get("passed").booleanValue()).isTrue();
    assertThat(json.get("notes").get(0).textValue()).startsWith("res3a_relu: ");
  }
}

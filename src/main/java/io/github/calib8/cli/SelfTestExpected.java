package io.github.calib8.cli;

import com.google.common.io.Resources;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.report.Check;
import io.github.calib8.scale.InstructionSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SelfTestRun} should find; kept in {@code selftest.txt}, which says how it was made.
 *
 * @param right images of which FP32 ranks the class first
 * @param agreeing images of which FP32 and INT8 rank the same class first
 * @param divergence the mean KL(FP32 || INT8), in nats
 * @param products convolutions and matrix products, all of which run in integers
 * @param tables the SHA-256 of the table's scales, where it is known, by instruction set, that of
 *     the thresholds first
 * @param thresholds by tensor
 */
record SelfTestExpected(
    long right,
    long agreeing,
    double divergence,
    int products,
    Map<InstructionSet, String> tables,
    Map<String, Double> thresholds) {

  /** Images near the border of two classes change sides where sums are rounded otherwise. */
  private static final long MOVING_IMAGES = 3;

  /** Half as much divergence again is a worse model; half of it a model that is not INT8. */
  private static final double DIVERGENCE_BOUND = 1.5;

  /** In percent: a method's choice may jump to another candidate by a value's last digit. */
  private static final double THRESHOLD_BOUND = 10;

  private static final int DIGITS_OF_HASH = 12;

  /** Reads what this version should find. */
  static SelfTestExpected read() throws IOException {
    return parse(
        Resources.toString(
            Objects.requireNonNull(SelfTestExpected.class.getResource("selftest.txt")),
            StandardCharsets.UTF_8));
  }

  static SelfTestExpected parse(String text) {
    Map<String, String> figures = new LinkedHashMap<>();
    Map<InstructionSet, String> tables = new LinkedHashMap<>();
    Map<String, Double> thresholds = new LinkedHashMap<>();
    for (String line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "table" -> tables.put(InstructionSet.valueOf(words[1]), words[2]);
        case "threshold" -> thresholds.put(words[1], Double.valueOf(words[2]));
        default -> figures.put(words[0], words[1]);
      }
    }
    return new SelfTestExpected(
        Long.parseLong(figure(figures, "right")),
        Long.parseLong(figure(figures, "agreeing")),
        Double.parseDouble(figure(figures, "divergence")),
        Integer.parseInt(figure(figures, "products")),
        tables,
        thresholds);
  }

  private static String figure(Map<String, String> figures, String name) {
    return Objects.requireNonNull(figures.get(name), name);
  }

  /**
   * Compares what a machine makes with what it should.
   *
   * @return a check a figure
   */
  List<Check> compare(SelfTestRun run) {
    AccuracyReport report = run.report();
    List<Check> checks = new ArrayList<>();
    checks.add(table(run));
    checks.add(
        new Check(
            "Integers",
            run.products().toString(),
            products + " of " + products,
            run.products().count() == products && run.products().inIntegers() == products));
    checks.add(count("FP32 right", report.fp32().top1Correct(), right, report));
    checks.add(count("Agreement", report.agreeing(), agreeing, report));
    checks.add(
        new Check(
            "Divergence",
            nats(report.meanKl()),
            "%s to %s".formatted(nats(least()), nats(divergence * DIVERGENCE_BOUND)),
            report.meanKl() >= least() && report.meanKl() <= divergence * DIVERGENCE_BOUND));
    return checks;
  }

  private double least() {
    return divergence / 2;
  }

  private static Check count(String what, long found, long expected, AccuracyReport report) {
    return new Check(
        what,
        "%s of %s images".formatted(found, report.images()),
        "%s, %s more or fewer".formatted(expected, MOVING_IMAGES),
        Math.abs(found - expected) <= MOVING_IMAGES);
  }

  private Check table(SelfTestRun run) {
    InstructionSet here = run.report().environment().instructionSet();
    String known = tables.get(here);
    String bytes = run.tableSha256().substring(0, DIGITS_OF_HASH);
    String found =
        isTheSame(run)
            ? bytes + ", the very bytes"
            : "%s, %s of %s thresholds differ, by %s %% at most"
                .formatted(
                    bytes, differences(run).size(), run.thresholds().size(), percent(largest(run)));
    String expected =
        known == null
            ? "%s of %s, as none is known of %s; up to %s %% off"
                .formatted(
                    firstTable().substring(0, DIGITS_OF_HASH),
                    tables.keySet().iterator().next().displayName(),
                    here.displayName(),
                    percent(THRESHOLD_BOUND))
            : "%s; up to %s %% off"
                .formatted(known.substring(0, DIGITS_OF_HASH), percent(THRESHOLD_BOUND));
    // Thresholds that are the same, of other scales, are no rounding of sums.
    boolean isExplained = !differences(run).isEmpty() || tables.containsValue(run.tableSha256());
    return new Check("Table", found, expected, isExplained && largest(run) <= THRESHOLD_BOUND);
  }

  private boolean isTheSame(SelfTestRun run) {
    return run.tableSha256().equals(tables.get(run.report().environment().instructionSet()));
  }

  private String firstTable() {
    return tables.values().iterator().next();
  }

  /** By how many percent the thresholds that differ do, those of more or fewer tensors wholly. */
  Map<String, Double> differences(SelfTestRun run) {
    Map<String, Double> differences = new LinkedHashMap<>();
    if (isTheSame(run)) {
      return differences;
    }
    run.thresholds()
        .forEach(
            (tensor, found) -> {
              Double expected = thresholds.get(tensor);
              if (!found.equals(expected)) {
                differences.put(tensor, expected == null ? 100 : 100 * (found / expected - 1));
              }
            });
    for (String tensor : thresholds.keySet()) {
      if (!run.thresholds().containsKey(tensor)) {
        differences.put(tensor, -100.0);
      }
    }
    return differences;
  }

  private double largest(SelfTestRun run) {
    return differences(run).values().stream().mapToDouble(Math::abs).max().orElse(0);
  }

  /** A line for each threshold that differs. */
  List<String> notes(SelfTestRun run) {
    return differences(run).entrySet().stream()
        .map(
            entry ->
                "%s: threshold %s, expected %s (%s %%)"
                    .formatted(
                        entry.getKey(),
                        text(run.thresholds().get(entry.getKey())),
                        text(thresholds.get(entry.getKey())),
                        signed(entry.getValue())))
        .toList();
  }

  private static String text(@Nullable Double threshold) {
    return threshold == null ? "none" : String.format(Locale.ROOT, "%.6g", threshold);
  }

  private static String nats(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  private static String signed(double value) {
    return String.format(Locale.ROOT, "%+.3g", value);
  }
}

package io.github.calib8.report;

import io.github.calib8.diagnosis.Diagnosis;
import io.github.calib8.diagnosis.Explanation;
import io.github.calib8.diagnosis.Parameter;
import io.github.calib8.diagnosis.ScoreFault;
import io.github.calib8.diagnosis.Setting;
import io.github.calib8.diagnosis.Step;
import io.github.calib8.image.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A diagnosis in words, for people.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class DiagnosisText {
  private static final int SHOWN = 5;
  private static final int TOP = 5;

  private DiagnosisText() {}

  /**
   * Says beforehand what a diagnosis takes.
   *
   * @param runs how many preprocessings are tried at first
   * @param images on how many images
   * @return a line
   */
  public static String cost(int runs, int images) {
    return "Runs the model on %s images under %s preprocessings, which is %s times one image, and as often again at most for each explanation found"
        .formatted(images, runs, (long) runs * images);
  }

  /**
   * Says what was found, how sure that is, and what mends it.
   *
   * @param diagnosis the diagnosis
   * @return lines, in part a Markdown table
   */
  public static List<String> lines(Diagnosis diagnosis) {
    List<String> lines = new ArrayList<>();
    Step first = diagnosis.steps().get(0);
    lines.add(accuracy(first, diagnosis));
    for (Step step : diagnosis.steps()) {
      if (!shown(step).isEmpty()) {
        lines.add("");
        lines.addAll(table(step, diagnosis));
      }
    }
    lines.add("");
    lines.addAll(verdict(diagnosis));
    scores(diagnosis).ifPresent(lines::add);
    if (!diagnosis.basis().skipped().isEmpty()) {
      lines.add(
          "Left out, as they cannot be read: "
              + String.join(", ", diagnosis.basis().skipped())
              + ".");
    }
    return lines;
  }

  private static String accuracy(Step first, Diagnosis diagnosis) {
    String five =
        diagnosis.basis().classes() <= TOP
            ? ""
            : ", %s have it among the first five (%s %%)"
                .formatted(first.top5(), percent(first.top5(), diagnosis));
    return "%s on %s images, of %s classes: %s rank their class first (%s %%)%s."
        .formatted(
            diagnosis.basis().model(),
            diagnosis.basis().images(),
            diagnosis.basis().classes(),
            first.top1(),
            percent(first.top1(), diagnosis),
            five);
  }

  private static List<String> table(Step step, Diagnosis diagnosis) {
    TextTable table =
        new TextTable(
            List.of(
                "Explanation", "Right", "Top-1 %", "Only with it", "Only without it", "Nats", "p"));
    for (Explanation explanation : shown(step)) {
      table.row(
          List.of(
              describe(explanation, step.from()),
              "" + explanation.top1(),
              percent(explanation.top1(), diagnosis),
              "" + explanation.evidence().onlyThis(),
              "" + explanation.evidence().onlyBefore(),
              nats(explanation),
              AccuracyText.pValue(explanation.p())));
    }
    return table.toMarkdown().lines().toList();
  }

  /** Those under which the images' classes are likelier. */
  private static List<Explanation> shown(Step step) {
    return step.explanations().stream()
        .filter(explanation -> explanation.evidence().gain() > 0)
        .limit(SHOWN)
        .toList();
  }

  private static List<String> verdict(Diagnosis diagnosis) {
    List<String> lines = new ArrayList<>();
    diagnosis
        .unfit()
        .ifPresent(
            unfit ->
                lines.add(
                    "Found: layout %s, not %s, which the model's input does not take."
                        .formatted(
                            diagnosis.given().preprocessing().layout().id(), unfit.layout().id())));
    for (Step step : diagnosis.steps()) {
      step.found()
          .ifPresent(
              found -> {
                lines.add(
                    "%s: %s. %s; the probability of that by chance is %s, with %s settings tried.%s"
                        .formatted(
                            lines.isEmpty() ? "Found" : "Then",
                            describe(found, step.from()),
                            evidence(found),
                            AccuracyText.pValue(found.p()),
                            found.evidence().tried(),
                            level(step)));
              });
    }
    if (lines.isEmpty()) {
      lines.add(
          "Nothing found: none of the %s other settings is better beyond chance, by %s nats or more."
              .formatted(diagnosis.steps().get(0).explanations().size(), Explanation.LEAST_GAIN));
    } else {
      lines.add(mended(diagnosis));
    }
    Step last = diagnosis.steps().get(diagnosis.steps().size() - 1);
    last.likely().ifPresent(likely -> lines.add(likely(likely, last, diagnosis)));
    if (diagnosis.basis().images() < diagnosis.fewestImages()) {
      lines.add(
          "%s images tell nothing from chance; it takes %s at least, and --limit sets their number."
              .formatted(diagnosis.basis().images(), diagnosis.fewestImages()));
    }
    return lines;
  }

  private static String likely(Explanation likely, Step step, Diagnosis diagnosis) {
    return "Likely, but not sure: %s. %s, by chance with probability %s; --limit %s may tell."
        .formatted(
            describe(likely, step.from()),
            evidence(likely),
            AccuracyText.pValue(likely.p()),
            diagnosis.confirming(likely));
  }

  private static String evidence(Explanation explanation) {
    return "The images' classes are %s times as likely (%s nats), %s more are right, %s fewer"
        .formatted(
            decimals(Math.exp(explanation.evidence().gain())),
            nats(explanation),
            explanation.evidence().onlyThis(),
            explanation.evidence().onlyBefore());
  }

  private static String nats(Explanation explanation) {
    return String.format(Locale.ROOT, "%+.2f", explanation.evidence().gain());
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** The others that may be the cause as well. */
  private static String level(Step step) {
    String first = describe(step.explanations().get(0), step.from());
    String others =
        step.explanations().stream()
            .limit(step.level())
            .skip(1)
            .filter(Explanation::isSignificant)
            .map(explanation -> describe(explanation, step.from()))
            .filter(text -> !text.equals(first))
            .distinct()
            .limit(SHOWN - 1)
            .collect(Collectors.joining("; or "));
    return others.isEmpty() ? "" : " As good, as far as these images tell: " + others + ".";
  }

  private static String mended(Diagnosis diagnosis) {
    Setting mended = diagnosis.mended();
    boolean labels = !mended.labels().isAsTheyAre();
    boolean images =
        diagnosis.unfit().isPresent()
            || !mended.preprocessing().equals(diagnosis.given().preprocessing());
    List<String> options = new ArrayList<>();
    if (images) {
      options.add(options(mended.preprocessing()));
    }
    if (labels) {
      options.add("--labels with the file that --mended-labels writes");
    }
    return "Mended by: " + String.join(" ", options);
  }

  private static String options(Preprocessing preprocessing) {
    return PreprocessingText.options(preprocessing)
        .orElse("a preprocessing of " + preprocessing.id());
  }

  private static String describe(Explanation explanation, Setting from) {
    return explanation.changes().stream()
        .map(parameter -> describe(parameter, from, explanation.setting()))
        .collect(Collectors.joining(", "));
  }

  private static String describe(Parameter parameter, Setting from, Setting to) {
    Preprocessing a = from.preprocessing();
    Preprocessing b = to.preprocessing();
    return switch (parameter) {
      case CHANNELS -> change("channels", b.channelOrder().id(), a.channelOrder().id());
      case DIVISOR ->
          change(
              "divisor",
              PreprocessingText.number(b.divisor()),
              PreprocessingText.number(a.divisor()));
      case MEAN ->
          change("mean", PreprocessingText.numbers(b.mean()), PreprocessingText.numbers(a.mean()));
      case STD ->
          change("std", PreprocessingText.numbers(b.std()), PreprocessingText.numbers(a.std()));
      case RESIZE -> change("resize", "" + b.resize(), "" + a.resize());
      case FILTER -> change("filter", b.filter().id(), a.filter().id());
      case CROP ->
          change(
              "crop",
              "%sx%s %s".formatted(b.height(), b.width(), b.cropRounding().id()),
              "%sx%s %s".formatted(a.height(), a.width(), a.cropRounding().id()));
      case LAYOUT -> change("layout", b.layout().id(), a.layout().id());
      case LABELS -> to.labels().toString();
    };
  }

  private static String change(String what, String to, String from) {
    return "%s %s, not %s".formatted(what, to, from);
  }

  private static Optional<String> scores(Diagnosis diagnosis) {
    return diagnosis.scoreFault().map(DiagnosisText::describe);
  }

  private static String describe(ScoreFault fault) {
    return "The scores: "
        + switch (fault) {
          case SOFTMAX_DOUBLED ->
              "softmax is doubled: no class is more than e times as probable as another one. No class ranks otherwise for it, but divergence and confidence mean nothing; the model should end with one Softmax.";
          case PROBABILITIES_WITHOUT_SOFTMAX ->
              "they are probabilities, but no Softmax node makes them, so that they are taken as logits. No class ranks otherwise for it, but the divergence is too small.";
          case SOFTMAX_OVER_OTHER_AXIS ->
              "a Softmax node makes them, but their sum is not 1: its axis is not that of the classes.";
          case NOT_FINITE -> "some are infinite or no numbers.";
        };
  }

  private static String percent(int images, Diagnosis diagnosis) {
    return AccuracyText.percent(100.0 * images / diagnosis.basis().images());
  }
}

package io.github.calib8.report;

import static io.github.calib8.report.AccuracyText.nats;
import static io.github.calib8.report.AccuracyText.percent;

import io.github.calib8.evaluation.Finding;
import io.github.calib8.evaluation.Finding.Kind;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.TensorCalibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Findings in words, for people.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class FindingText {
  /** The method that minimizes the squared error, whatever the tensor. */
  private static final String LEAST_ERROR = "mse";

  private static final int SHOWN = 5;

  private FindingText() {}

  /**
   * Says what was found, and what to do.
   *
   * @param findings those of one report
   * @return a sentence each, and one about the tensors to look at; without full stops
   */
  public static List<String> sentences(List<Finding> findings) {
    List<String> sentences = new ArrayList<>();
    boolean isInt8 =
        findings.stream().noneMatch(finding -> finding.kind() == Kind.NOTHING_IN_INTEGERS);
    String subject = isInt8 ? AccuracyText.INT8 : "the quantized model";
    findings.forEach(finding -> sentences.add(sentence(finding, subject)));
    findings.stream()
        .map(Finding::tensors)
        .filter(tensors -> !tensors.isEmpty())
        .findFirst()
        .ifPresent(tensors -> sentences.add(advice(tensors)));
    return sentences;
  }

  /**
   * Says which tensors of a table are likely to hurt.
   *
   * @param table a calibration table
   * @return a line without a full stop; empty if none is
   */
  public static Optional<String> suspects(CalibrationTable table) {
    List<TensorCalibration> suspects = table.suspects();
    return suspects.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s of %s tensors %s likely to hurt: %s; %s"
                .formatted(
                    suspects.size(),
                    table.tensors().size(),
                    suspects.size() == 1 ? "is" : "are",
                    names(suspects),
                    remedy(suspects)));
  }

  private static String sentence(Finding finding, String subject) {
    return switch (finding.kind()) {
      case FP32_NEAR_CHANCE ->
          ("FP32 itself is hardly better than guessing: %s %% of top-1, where %s %% would be luck; no"
                  + " figure of INT8 means anything until preprocessing, labels and the order of the"
                  + " classes are right")
              .formatted(percent(finding.found()), percent(finding.limit()));
      case VARYING_SCORES ->
          ("FP32's scores of the same images vary by %s %% of their range: the model is random or mixes"
                  + " the images of a batch, and all figures are of chance")
              .formatted(percent(finding.found()));
      case CALIBRATED_IMAGES ->
          "%s of the images that measure have, byte for byte, calibrated under another name, which flatters %s"
              .formatted(Math.round(finding.found()), subject);
      case NOTHING_IN_INTEGERS ->
          ("nothing runs in integers: none of %s convolutions and matrix products; the model rounds"
                  + " as INT8 does and computes in floating point")
              .formatted(Math.round(finding.limit()));
      case SIGNIFICANT_LOSS ->
          "%s loses significantly: at least %s points of top-1 with 95 %% confidence"
              .formatted(subject, percent(finding.found()));
      case SIGNIFICANT_GAIN ->
          ("%s gains significantly, at least %s points of top-1 with 95 %% confidence, which no"
                  + " rounding does: look at the FP32 model, the preprocessing and the labels")
              .formatted(subject, percent(-finding.found()));
      case LOW_AGREEMENT ->
          "%s ranks another class first than FP32 for %s %% of the images"
              .formatted(subject, percent(100 - finding.found()));
      case SUSPECT_TENSORS ->
          "%s quantized %s likely to hurt"
              .formatted(
                  finding.tensors().size(),
                  finding.tensors().size() == 1 ? "tensor is" : "tensors are");
      case HIGHER_DIVERGENCE ->
          "the divergence is well above that of the best method: %s nats, expected at most %s"
              .formatted(nats(finding.found()), nats(finding.limit()));
    };
  }

  private static String advice(List<TensorCalibration> tensors) {
    boolean suspect = tensors.stream().anyMatch(TensorCalibration::isSuspect);
    return (suspect ? "look at " : "none is suspect; the lowest signal-to-noise ratios: ")
        + names(tensors)
        + "; "
        + remedy(tensors);
  }

  private static String remedy(List<TensorCalibration> tensors) {
    boolean another =
        tensors.stream()
            .anyMatch(
                tensor -> tensor.error().orElseThrow().excess() > QuantizationError.SUSPECT_EXCESS);
    return another
        ? "the method with the least squared error on " + them(tensors) + " is " + LEAST_ERROR
        : "no method has much less squared error on "
            + them(tensors)
            + ", but "
            + (tensors.size() == 1 ? "it" : "they")
            + " can stay in floating point";
  }

  private static String them(List<TensorCalibration> tensors) {
    return tensors.size() == 1 ? "it" : "them";
  }

  private static String names(List<TensorCalibration> tensors) {
    String names =
        tensors.stream().limit(SHOWN).map(FindingText::name).collect(Collectors.joining(", "));
    int rest = tensors.size() - SHOWN;
    return rest > 0 ? names + " and %s more".formatted(rest) : names;
  }

  private static String name(TensorCalibration tensor) {
    QuantizationError error = tensor.error().orElseThrow();
    return String.format(
        Locale.ROOT,
        "%s (%.1f dB, %.3g times the least squared error, %.3g %% clipped)",
        tensor.tensor(),
        error.sqnr(),
        error.excess(),
        100 * tensor.clippedFraction());
  }
}

package io.github.calib8.cli;

import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.RangeDifference;
import io.github.calib8.scale.TensorCalibration;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the thresholds of two tables cost, as far as both say: only Calib8's own tables do.
 *
 * @param first the errors of the first table by tensor
 * @param second those of the second
 */
record ErrorDifferences(
    Map<String, QuantizationError> first, Map<String, QuantizationError> second) {
  private static final String UNKNOWN = "-";
  private static final int PER_CENT = 100;

  /** The columns that {@link #cells} fills. */
  static final List<String> HEADER =
      List.of("SQNR A in dB", "SQNR B in dB", "clipped A in %", "clipped B in %");

  static ErrorDifferences of(TableFile first, TableFile second) throws IOException {
    return new ErrorDifferences(errors(first), errors(second));
  }

  private static Map<String, QuantizationError> errors(TableFile file) throws IOException {
    Map<String, QuantizationError> errors = new LinkedHashMap<>();
    if (file.format() == TableFile.Format.CALIB8) {
      for (TensorCalibration tensor : CalibrationTable.read(file.path()).tensors()) {
        tensor.error().ifPresent(error -> errors.put(tensor.tensor(), error));
      }
    }
    return errors;
  }

  /** Whether there is a tensor of which both tables say what its threshold costs. */
  boolean areKnown() {
    return first.keySet().stream().anyMatch(second::containsKey);
  }

  /**
   * Sorts by how far apart the squared errors are, clipping included, each by its signal: what
   * counts downstream. Tensors of which that is not known come last, as they were.
   */
  List<RangeDifference> sorted(List<RangeDifference> differences) {
    return differences.stream()
        .sorted(Comparator.comparingDouble(this::distance).reversed())
        .toList();
  }

  private double distance(RangeDifference difference) {
    QuantizationError a = first.get(difference.tensor());
    QuantizationError b = second.get(difference.tensor());
    return a == null || b == null ? -1 : Math.abs(noise(b) - noise(a));
  }

  /** The sum of squared errors by the sum of squares. */
  private static double noise(QuantizationError error) {
    return Math.pow(10, -error.sqnr() / 10);
  }

  List<String> cells(String tensor) {
    Optional<QuantizationError> a = Optional.ofNullable(first.get(tensor));
    Optional<QuantizationError> b = Optional.ofNullable(second.get(tensor));
    return List.of(sqnr(a), sqnr(b), clipped(a), clipped(b));
  }

  private static String sqnr(Optional<QuantizationError> error) {
    return error.map(e -> String.format(Locale.ROOT, "%.1f", e.sqnr())).orElse(UNKNOWN);
  }

  private static String clipped(Optional<QuantizationError> error) {
    return error
        .map(e -> String.format(Locale.ROOT, "%.4f", PER_CENT * e.clippedEnergy()))
        .orElse(UNKNOWN);
  }
}

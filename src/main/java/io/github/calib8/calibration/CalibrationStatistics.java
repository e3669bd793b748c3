package io.github.calib8.calibration;

import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.histogram.ClippingRange;
import io.github.calib8.histogram.Histogram;
import io.github.calib8.histogram.Statistic;
import io.github.calib8.histogram.TensorDistribution;
import io.github.calib8.histogram.TensorStatistics;
import io.github.calib8.histogram.Threshold;
import io.github.calib8.quantization.Target;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What calibration has seen of a model's tensors, and the images' names. Histograms hold each
 * tensor's values, by halves of the images, so that a table can tell how far the two agree; more is
 * {@linkplain Calibrator.Builder#withStatistics gathered} for who asks.
 *
 * <p>Depends on the set of images alone, not on their order or on how they were cut into batches or
 * parts: collecting parts, saving, reading and merging them gives the same bytes, and the same
 * table, as collecting everything in one go. Immutable and thread-safe.
 */
public final class CalibrationStatistics {
  private final StatisticsSource source;
  private final List<String> images;
  private final Map<String, TensorStatistics> tensors;

  private CalibrationStatistics(
      StatisticsSource source, List<String> images, Map<String, TensorStatistics> tensors) {
    this.source = source;
    this.images = images;
    this.tensors = tensors;
  }

  /**
   * Takes ownership of the statistics.
   *
   * @throws CalibrationException if a tensor holds NaN or infinity
   */
  static CalibrationStatistics of(
      StatisticsSource source, Collection<String> images, Map<String, TensorStatistics> tensors) {
    tensors.forEach(
        (tensor, halves) -> {
          requireFinite(source.model(), tensor, halves.half(false), List.of());
          requireFinite(source.model(), tensor, halves.half(true), List.of());
        });
    return new CalibrationStatistics(source, List.copyOf(new TreeSet<>(images)), tensors);
  }

  /** Refuses NaN and infinity; names the images that may have made them, if any are given. */
  static void requireFinite(
      String model, String tensor, Histogram histogram, List<String> suspects) {
    if (histogram.nans() + histogram.infinities() > 0) {
      throw new CalibrationException(
          "Expected finite activations in tensor '%s' of model '%s', found %s NaN and %s infinities%s"
              .formatted(
                  tensor,
                  model,
                  histogram.nans(),
                  histogram.infinities(),
                  suspects.isEmpty() ? "" : " (images " + String.join(", ", suspects) + ")"));
    }
  }

  /**
   * The statistics of two disjoint sets of images together.
   *
   * @param other statistics of the same model, preprocessing, engine and processor
   * @return the sum; neither operand changes
   * @throws IllegalArgumentException if something of that differs, or an image is in both
   */
  public CalibrationStatistics merge(CalibrationStatistics other) {
    source.requireSame(other.source);
    if (!tensors.keySet().equals(other.tensors.keySet())) {
      throw new IllegalArgumentException(
          "Expected statistics of the tensors %s, found %s"
              .formatted(tensors.keySet(), other.tensors.keySet()));
    }
    TreeSet<String> all = new TreeSet<>(images);
    for (String image : other.images) {
      if (!all.add(image)) {
        throw new IllegalArgumentException(
            "Expected statistics of other images, found '" + image + "' in both");
      }
    }
    Map<String, TensorStatistics> sums = new LinkedHashMap<>();
    tensors.forEach(
        (tensor, histogram) -> {
          TensorStatistics sum = histogram.copy();
          sum.merge(Objects.requireNonNull(other.tensors.get(tensor)));
          sums.put(tensor, sum);
        });
    return new CalibrationStatistics(source, List.copyOf(all), sums);
  }

  /**
   * The images seen.
   *
   * @return their names, sorted
   */
  public List<String> images() {
    return images;
  }

  /**
   * The tensors seen.
   *
   * @return their names, in the order in which the graph makes them, its input first
   */
  public List<String> tensors() {
    return List.copyOf(tensors.keySet());
  }

  /**
   * Returns what was gathered of each tensor.
   *
   * @return {@link Statistic#MAGNITUDES}, and what else was asked for
   */
  public Set<Statistic> gathered() {
    return tensors.values().stream()
        .findFirst()
        .map(TensorStatistics::gathered)
        .orElse(Set.of(Statistic.MAGNITUDES));
  }

  /**
   * Returns the mean of each channel of a tensor [N, C, ...] or [N, ..., C], over all images.
   *
   * @param tensor one of {@link #tensors}
   * @return C means, each the exact one rounded once; none where the engine says the tensor's shape
   *     only once it runs, where the graph does not say which dimension has the channels, where an
   *     operator mixes the images, and of what Concat has put together, whose parts have theirs
   * @throws IllegalArgumentException if there is no such tensor, or {@link Statistic#CHANNEL_MEANS}
   *     were not gathered
   */
  public List<Double> channelMeans(String tensor) {
    TensorStatistics statistics = tensors.get(tensor);
    if (statistics == null || !gathered().contains(Statistic.CHANNEL_MEANS)) {
      throw new IllegalArgumentException(
          "Expected CHANNEL_MEANS of one of the tensors %s, found %s of '%s'"
              .formatted(tensors(), statistics == null ? "nothing" : gathered(), tensor));
    }
    return statistics.channelMeans();
  }

  /**
   * Chooses thresholds and scales for {@link Target#cpu()}.
   *
   * @param method how a threshold is chosen
   * @return the table, an entry for each of {@link #tensors}
   */
  public CalibrationTable toTable(CalibrationMethod method) {
    return toTable(method, Target.cpu());
  }

  /**
   * Chooses thresholds and scales.
   *
   * <p>The scale is T/127 for {@link IntegerType#INT8} and T/255 for {@link IntegerType#UINT8}, the
   * zero point 0. A tensor whose {@linkplain Histogram#isAsymmetric() values are not spread around
   * zero} gets a range with zero in between, {@link IntegerType#UINT8}, if the target {@linkplain
   * Target#hasZeroPoints() has zero points}.
   *
   * @param method how a threshold is chosen
   * @param target who will run the INT8 model: decides which tensor gets which of the two types
   * @return the table, an entry for each of {@link #tensors}
   */
  public CalibrationTable toTable(CalibrationMethod method, Target target) {
    List<TensorCalibration> entries =
        tensors.entrySet().parallelStream()
            .map(entry -> calibration(entry.getKey(), entry.getValue(), method, target))
            .toList();
    return CalibrationTable.of(
        entries,
        Provenance.builder(source.model(), source.modelSha256())
            .withImages(images)
            .withPreprocessing(source.preprocessing())
            .withMethod(method.id())
            .withLibrary(source.library())
            .withEngine(source.engine())
            .withProcessor(source.processor(), source.instructionSet())
            .withScalesSha256(Optional.of(CalibrationTable.scalesSha256(entries)))
            .build());
  }

  /**
   * Shows the tensors' magnitudes beside their thresholds.
   *
   * @param table thresholds, made from these statistics or elsewhere
   * @return a distribution for each tensor that is in both, in the order of {@link #tensors}
   */
  public List<TensorDistribution> distributions(CalibrationTable table) {
    return tensors.entrySet().parallelStream()
        .flatMap(
            entry ->
                table.find(entry.getKey()).stream()
                    .map(
                        calibration ->
                            TensorDistribution.of(entry.getValue().whole(), calibration)))
        .toList();
  }

  private static TensorCalibration calibration(
      String tensor, TensorStatistics halves, CalibrationMethod method, Target target) {
    Histogram histogram = halves.whole();
    if (target.hasZeroPoints() && histogram.isAsymmetric()) {
      return asymmetric(tensor, histogram, halves, method);
    }
    IntegerType type = target.activationType(histogram.negatives() > 0);
    Threshold threshold = method.threshold(histogram, type);
    return TensorCalibration.builder(
            tensor, threshold.value(), QuantizationParameters.symmetric(type, threshold.value()))
        .withCounts(histogram.count(), histogram.zeros(), histogram.negatives())
        .withRange(histogram.min(), histogram.max())
        .withClippedFraction(histogram.fractionAbove(threshold.value()))
        .withDegenerate(threshold.degenerate())
        .withHalfSetDifference(halves.difference(method, type, threshold))
        .withError(histogram.quantizationError(threshold.value(), type))
        .build();
  }

  private static TensorCalibration asymmetric(
      String tensor, Histogram histogram, TensorStatistics halves, CalibrationMethod method) {
    ClippingRange range = method.range(histogram);
    QuantizationParameters parameters =
        QuantizationParameters.asymmetric(range.low(), range.high());
    return TensorCalibration.builder(tensor, parameters)
        .withCounts(histogram.count(), histogram.zeros(), histogram.negatives())
        .withRange(histogram.min(), histogram.max())
        .withClippedFraction(histogram.fractionBeyond(parameters))
        .withDegenerate(range.degenerate())
        .withHalfSetDifference(halves.difference(method, range))
        .withError(histogram.quantizationError(parameters))
        .build();
  }

  /**
   * The tensors whose range a handful of values decides, such as one of 1e6 among thousands below
   * 10: an image that is broken, or a value that no other image has.
   *
   * @return a line a tensor, in the order of the graph, without a full stop; most often none
   */
  public List<String> outliers() {
    List<String> lines = new ArrayList<>();
    tensors.forEach(
        (tensor, halves) -> {
          Histogram whole = halves.whole();
          if (whole.hasOutliers()) {
            lines.add(
                String.format(
                    Locale.ROOT,
                    "tensor '%s' reaches %.4g, where nearly all of its values stay below %.4g: look for a broken image, or a method that does not keep the largest value",
                    tensor,
                    whole.maxAbs(),
                    whole.usual()));
          }
        });
    return lines;
  }

  /**
   * Saves the statistics, to be {@linkplain #read read} and merged later. The file appears whole or
   * not at all.
   *
   * @param file the file; replaced if it is there
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    StatisticsFormat.write(this, file);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param file the file
   * @return the statistics
   * @throws IOException if it cannot be read
   * @throws CalibrationException if it is damaged, truncated, or of another kind or version; the
   *     text names file and position
   */
  public static CalibrationStatistics read(Path file) throws IOException {
    return StatisticsFormat.read(file);
  }

  /**
   * Encodes the statistics: for a message to another machine, or a store that is no file.
   *
   * @return what {@link #fromBytes} reads, and {@link #write} writes; the same for equal statistics
   * @throws CalibrationException if a name has more than 65,535 bytes
   */
  public byte[] toBytes() {
    return StatisticsFormat.toBytes(this);
  }

  /**
   * Decodes what {@link #toBytes} has encoded, in this release or an earlier one.
   *
   * @param bytes all bytes, not changed
   * @return the statistics
   * @throws CalibrationException if they are damaged, truncated, or of another kind or version; the
   *     text names the position
   */
  public static CalibrationStatistics fromBytes(byte[] bytes) {
    return StatisticsFormat.fromBytes(bytes, bytes.length + " bytes");
  }

  StatisticsSource source() {
    return source;
  }

  /** Not to be changed. */
  Map<String, TensorStatistics> tensorStatistics() {
    return tensors;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CalibrationStatistics that
        && source.equals(that.source)
        && images.equals(that.images)
        && tensors.equals(that.tensors);
  }

  @Override
  public int hashCode() {
    return Objects.hash(source, images);
  }

  @Override
  public String toString() {
    return "%s tensors of %s over %s images"
        .formatted(tensors.size(), source.model(), images.size());
  }
}

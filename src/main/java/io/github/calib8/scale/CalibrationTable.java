package io.github.calib8.scale;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The result of a calibration: one {@link TensorCalibration} for every observed tensor, in order of
 * first appearance in the graph, and their {@link Provenance}. A value; immutable and thread-safe.
 *
 * <p>Equal tables have equal {@linkplain #toJson() JSON}, byte for byte.
 */
public final class CalibrationTable {
  private static final byte LINE_FEED = '\n';
  private static final String EDITED = ", edited";

  private final Map<String, TensorCalibration> entries;
  private final List<TensorCalibration> tensors;
  private final Provenance provenance;

  private CalibrationTable(List<TensorCalibration> tensors, Provenance provenance) {
    this.tensors = List.copyOf(tensors);
    this.provenance = Objects.requireNonNull(provenance, "provenance");
    this.entries = new LinkedHashMap<>();
    for (TensorCalibration entry : this.tensors) {
      if (entries.putIfAbsent(entry.tensor(), entry) != null) {
        throw new IllegalArgumentException(
            "Expected one entry for tensor '" + entry.tensor() + "', found two");
      }
    }
  }

  /**
   * Creates a table.
   *
   * @param tensors the entries, in order of first appearance in the graph
   * @param provenance where they come from
   * @throws IllegalArgumentException if two entries are for the same tensor
   */
  public static CalibrationTable of(List<TensorCalibration> tensors, Provenance provenance) {
    return new CalibrationTable(tensors, provenance);
  }

  /**
   * Returns the SHA-256 of what a table decides, as 64 lower-case hexadecimal digits: of each entry
   * in order its name in UTF-8, its threshold (float64), and its type's name, scale (float32) and
   * zero point, each followed by a line feed. {@link Provenance#scalesSha256()} keeps that of the
   * method's own scales.
   *
   * @param tensors the entries, in order of first appearance in the graph
   */
  public static String scalesSha256(List<TensorCalibration> tensors) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (TensorCalibration entry : tensors) {
      QuantizationParameters parameters = entry.parameters();
      hasher
          .putString(entry.tensor(), StandardCharsets.UTF_8)
          .putByte(LINE_FEED)
          .putDouble(entry.threshold())
          .putByte(LINE_FEED)
          .putString(parameters.type().name(), StandardCharsets.UTF_8)
          .putByte(LINE_FEED)
          .putFloat(parameters.scale())
          .putByte(LINE_FEED)
          .putInt(parameters.zeroPoint())
          .putByte(LINE_FEED);
    }
    return hasher.hash().toString();
  }

  /**
   * Returns how the scales were found: the id of the calibration method, with {@code ", edited"}
   * behind it where the scales are no longer those that it chose.
   */
  public String method() {
    boolean own = provenance.scalesSha256().map(scalesSha256(tensors)::equals).orElse(true);
    return own ? provenance.method() : provenance.method() + EDITED;
  }

  /**
   * Returns the entries that are {@linkplain TensorCalibration#isSuspect() likely to cost the
   * network accuracy}, the one of the lowest signal-to-noise ratio first.
   */
  public List<TensorCalibration> suspects() {
    return byNoise().filter(TensorCalibration::isSuspect).toList();
  }

  /**
   * Returns the entries of the lowest signal-to-noise ratio, the lowest first.
   *
   * @param count how many at most; entries that do not tell are left out
   */
  public List<TensorCalibration> noisiest(int count) {
    return byNoise().limit(count).toList();
  }

  private Stream<TensorCalibration> byNoise() {
    return tensors.stream()
        .filter(entry -> entry.error().isPresent())
        .sorted(Comparator.comparingDouble(entry -> entry.error().orElseThrow().sqnr()));
  }

  /** Returns the entries, in order of first appearance in the graph. */
  public List<TensorCalibration> tensors() {
    return tensors;
  }

  /**
   * Returns the entry of a tensor, if there is one.
   *
   * @param tensor the tensor's name
   */
  public Optional<TensorCalibration> find(String tensor) {
    return Optional.ofNullable(entries.get(tensor));
  }

  /**
   * Returns the entry of a tensor.
   *
   * @param tensor the tensor's name
   * @throws IllegalArgumentException if there is none; the message holds the most similar names
   */
  public TensorCalibration get(String tensor) {
    return find(tensor).orElseThrow(() -> unknown(tensor, entries.keySet()));
  }

  private static IllegalArgumentException unknown(String tensor, Collection<String> known) {
    return new IllegalArgumentException(
        "No entry for tensor '%s' in a calibration table of %s tensors; nearest names: %s"
            .formatted(tensor, known.size(), SimilarNames.nearest(tensor, known)));
  }

  /** Returns where the table comes from. */
  public Provenance provenance() {
    return provenance;
  }

  /**
   * Returns the table as canonical JSON: UTF-8 text, LF line ends, a fixed order of fields, and
   * numbers as the shortest decimals that read back as the same number.
   */
  public String toJson() {
    return CalibrationTableJson.format(this);
  }

  /**
   * Reads a table from JSON.
   *
   * @param json what {@link #toJson()} returned
   * @throws CalibrationTableException if the text is not a calibration table of a known version;
   *     the message names the field or tensor
   */
  public static CalibrationTable fromJson(String json) {
    return CalibrationTableJson.parse(json, "JSON text");
  }

  /**
   * Writes the table as JSON; the file appears whole or not at all.
   *
   * @param file the file, replaced if it exists
   * @throws IOException if it cannot be written; the message names it
   */
  public void write(Path file) throws IOException {
    WholeFile.write(file, toJson());
  }

  /**
   * Reads a table from a JSON file.
   *
   * @param file the file
   * @throws IOException if it cannot be read; the message names it
   * @throws CalibrationTableException if it is not a calibration table of a known version; the
   *     message names the file, and the field or tensor
   */
  public static CalibrationTable read(Path file) throws IOException {
    return CalibrationTableJson.parse(CalibrationTableFile.readText(file), file.toString());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CalibrationTable that
        && tensors.equals(that.tensors)
        && provenance.equals(that.provenance);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tensors, provenance);
  }

  @Override
  public String toString() {
    return "CalibrationTable[%s tensors of %s by %s]"
        .formatted(tensors.size(), provenance.model(), method());
  }
}

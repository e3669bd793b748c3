package io.github.calib8.scale;

import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/*
 * The file, UTF-8 text with LF line ends:
 *
 *   line 1   TRT-<version>-<algorithm>
 *   others   <tensor>: <8 hexadecimal digits>, the bits of the float32 scale T/127
 *
 * A name may hold ": " itself, so the last one of a line counts. Some writers leave out a leading zero. Such a field at
 * the end of a file without a last line end is refused: a file that was cut looks the same.
 */
/**
 * TensorRT's calibration cache: a header, and a symmetric scale for each tensor. A value; immutable
 * and thread-safe.
 *
 * <p>Scales keep their bits: a cache that is read and written again has the same entries to the
 * last digit. A cache holds nothing of where its scales come from.
 *
 * @see <a
 *     href="https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/work-quantized-types.html">
 *     NVIDIA TensorRT: working with quantized types</a>
 */
public final class TensorRtCache {
  private static final String SEPARATOR = ": ";
  private static final int DIGITS = 8;

  private final TensorRtHeader header;
  private final DynamicRanges ranges;

  private TensorRtCache(TensorRtHeader header, DynamicRanges ranges) {
    this.header = Objects.requireNonNull(header, "header");
    this.ranges = Objects.requireNonNull(ranges, "ranges");
    for (DynamicRange range : ranges.ranges()) {
      if (range.tensor().indexOf('\n') >= 0 || range.tensor().indexOf('\r') >= 0) {
        throw new IllegalArgumentException(
            "Expected names of one line for a calibration cache, found '%s'"
                .formatted(Excerpt.of(range.tensor())));
      }
    }
  }

  /**
   * Creates a cache.
   *
   * @param header the header of the TensorRT that is to read it
   * @param ranges the tensors' ranges
   * @throws IllegalArgumentException if a tensor's name holds a line end
   */
  public static TensorRtCache of(TensorRtHeader header, DynamicRanges ranges) {
    return new TensorRtCache(header, ranges);
  }

  /** Returns the header. */
  public TensorRtHeader header() {
    return header;
  }

  /** Returns the ranges, in the order of the file. */
  public DynamicRanges ranges() {
    return ranges;
  }

  /**
   * Returns the cache for another TensorRT: the same scales.
   *
   * @param newHeader its header
   */
  public TensorRtCache retarget(TensorRtHeader newHeader) {
    return new TensorRtCache(newHeader, ranges);
  }

  /** Returns the file's text: equal caches have equal texts. */
  public String toText() {
    StringBuilder text = new StringBuilder().append(header).append('\n');
    for (DynamicRange range : ranges.ranges()) {
      text.append(range.tensor())
          .append(SEPARATOR)
          .append(HexFormat.of().toHexDigits(Float.floatToIntBits(range.scale())))
          .append('\n');
    }
    return text.toString();
  }

  /**
   * Reads a cache from its text.
   *
   * @param text the file's text
   * @throws CalibrationTableException if it is no cache, or a scale is not finite and positive; the
   *     message names the line, and the tensor
   */
  public static TensorRtCache fromText(String text) {
    return parse(text, "cache");
  }

  /**
   * Writes the cache; the file appears whole or not at all.
   *
   * @param file the file, replaced if it exists
   * @throws IOException if it cannot be written; the message names it
   */
  public void write(Path file) throws IOException {
    WholeFile.write(file, toText());
  }

  /**
   * Reads a cache from a file.
   *
   * @param file the file
   * @throws IOException if it cannot be read; the message names it
   * @throws CalibrationTableException if it is no cache, or a scale is not finite and positive; the
   *     message names the file and line, and the tensor
   */
  public static TensorRtCache read(Path file) throws IOException {
    return parse(CalibrationTableFile.readText(file), file.toString());
  }

  private static TensorRtCache parse(String text, String source) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    boolean ended = lines.get(lines.size() - 1).isEmpty();
    if (ended) {
      lines.remove(lines.size() - 1);
    }
    TensorRtHeader header = header(lines.isEmpty() ? "" : lines.get(0), source);
    List<DynamicRange> ranges = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 1; i < lines.size(); i++) {
      boolean cut = !ended && i == lines.size() - 1;
      DynamicRange range = range(lines.get(i), cut, new Place(source, i + 1));
      Integer before = seen.putIfAbsent(range.tensor(), i + 1);
      if (before != null) {
        throw new Place(source, i + 1)
            .error(
                "expected one entry for tensor '%s', found another one in line %s"
                    .formatted(Excerpt.of(range.tensor()), before));
      }
      ranges.add(range);
    }
    if (ranges.isEmpty()) {
      throw new Place(source, 2).error("expected an entry, found the end of the file");
    }
    return new TensorRtCache(header, DynamicRanges.of(ranges));
  }

  private static TensorRtHeader header(String line, String source) {
    Place place = new Place(source, 1);
    requireNoCarriageReturn(line, place);
    try {
      return TensorRtHeader.parse(line);
    } catch (IllegalArgumentException e) {
      throw place.error(e);
    }
  }

  private static DynamicRange range(String line, boolean cut, Place place) {
    requireNoCarriageReturn(line, place);
    int separator = line.lastIndexOf(SEPARATOR);
    if (separator < 0) {
      throw place.error(
          "expected '<tensor>: <8 hexadecimal digits>', found '" + Excerpt.of(line) + "'");
    }
    String tensor = line.substring(0, separator);
    String digits = line.substring(separator + SEPARATOR.length());
    boolean complete = digits.length() == DIGITS || digits.length() == DIGITS - 1 && !cut;
    if (!complete || !digits.chars().allMatch(HexFormat::isHexDigit)) {
      throw place.error(
          "expected %s hexadecimal digits for tensor '%s', found '%s'%s"
              .formatted(
                  DIGITS,
                  Excerpt.of(tensor),
                  Excerpt.of(digits),
                  cut ? " at the end of the file: is it whole?" : ""));
    }
    try {
      return DynamicRange.ofScale(tensor, Float.intBitsToFloat(HexFormat.fromHexDigits(digits)));
    } catch (IllegalArgumentException e) {
      throw place.error(e);
    }
  }

  private static void requireNoCarriageReturn(String line, Place place) {
    if (line.indexOf('\r') >= 0) {
      throw place.error("expected LF line ends, found a carriage return");
    }
  }

  /** A line of a file. */
  private record Place(String source, int line) {
    CalibrationTableException error(String message) {
      return new CalibrationTableException("%s, line %s: %s".formatted(source, line, message));
    }

    CalibrationTableException error(IllegalArgumentException problem) {
      return new CalibrationTableException(
          "%s, line %s: %s".formatted(source, line, problem.getMessage()), problem);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorRtCache that
        && header.equals(that.header)
        && ranges.equals(that.ranges);
  }

  @Override
  public int hashCode() {
    return Objects.hash(header, ranges);
  }

  @Override
  public String toString() {
    return "TensorRtCache[%s, %s tensors]".formatted(header, ranges.ranges().size());
  }
}

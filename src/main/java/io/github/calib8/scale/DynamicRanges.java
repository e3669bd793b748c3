package io.github.calib8.scale;

import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The symmetric ranges of a model's tensors: all that the tables of other programs hold. A value;
 * immutable and thread-safe.
 *
 * <p>As a file it is the table of ONNX Runtime's TensorRT provider, {@code
 * calibration.flatbuffers}: names, sorted by their UTF-8 bytes, and decimal thresholds. {@link
 * TensorRtCache} is the other form.
 *
 * @see <a href="https://onnxruntime.ai/docs/execution-providers/TensorRT-ExecutionProvider.html">
 *     ONNX Runtime: TensorRT execution provider</a>
 */
public final class DynamicRanges {
  private final Map<String, DynamicRange> byTensor = new LinkedHashMap<>();
  private final List<DynamicRange> ranges;

  private DynamicRanges(List<DynamicRange> ranges) {
    this.ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("Expected one range or more, found none");
    }
    for (DynamicRange range : ranges) {
      if (byTensor.putIfAbsent(range.tensor(), range) != null) {
        throw new IllegalArgumentException(
            "Expected one range for tensor '" + range.tensor() + "', found two");
      }
    }
  }

  /**
   * Creates the ranges.
   *
   * @param ranges one or more, in the order of a table
   * @throws IllegalArgumentException if there is none, or two are for the same tensor
   */
  public static DynamicRanges of(List<DynamicRange> ranges) {
    return new DynamicRanges(ranges);
  }

  /**
   * Returns the thresholds of a calibration table, of its tensors alone; for those of a whole
   * model's graph see {@code calibration.ModelRanges}.
   *
   * <p>Special case: a threshold whose scale is below {@link Float#MIN_NORMAL} is raised to the one
   * of that scale, as it is in the calibration table.
   *
   * @param table a table of one tensor or more
   * @throws IllegalArgumentException if the table is empty
   */
  public static DynamicRanges of(CalibrationTable table) {
    double smallest = (double) Float.MIN_NORMAL * IntegerType.INT8.max();
    return of(
        table.tensors().stream()
            .map(entry -> new DynamicRange(entry.tensor(), Math.max(entry.threshold(), smallest)))
            .toList());
  }

  /** Returns the ranges, in the order of the table. */
  public List<DynamicRange> ranges() {
    return ranges;
  }

  /**
   * Returns the range of a tensor, if there is one.
   *
   * @param tensor the tensor's name
   */
  public Optional<DynamicRange> find(String tensor) {
    return Optional.ofNullable(byTensor.get(tensor));
  }

  /**
   * Returns the names that someone may have meant by one that is not there.
   *
   * @param tensor any name
   * @return up to three names of this table, the nearest first
   */
  public List<String> nearest(String tensor) {
    return SimilarNames.nearest(tensor, byTensor.keySet());
  }

  /**
   * Compares with another table.
   *
   * @param other the second table
   * @return the tensors that are in both, the largest ratio in either direction first, equal ones
   *     in this table's order
   */
  public List<RangeDifference> diff(DynamicRanges other) {
    return ranges.stream()
        .flatMap(
            range ->
                other
                    .find(range.tensor())
                    .map(
                        second ->
                            new RangeDifference(
                                range.tensor(), range.threshold(), second.threshold()))
                    .stream())
        .sorted(Comparator.comparingDouble(RangeDifference::distance).reversed())
        .toList();
  }

  /**
   * Returns the tensors that another table lacks.
   *
   * @param other the other table
   * @return their names, in this table's order
   */
  public List<String> without(DynamicRanges other) {
    return byTensor.keySet().stream().filter(tensor -> other.find(tensor).isEmpty()).toList();
  }

  /**
   * Returns the table of ONNX Runtime's TensorRT provider: the same bytes for equal ranges, in
   * whatever order they are.
   */
  public byte[] toFlatbuffers() {
    return RangesFlatbuffers.format(this);
  }

  /**
   * Reads a table of ONNX Runtime's TensorRT provider.
   *
   * @param bytes the file's bytes
   * @return the ranges, in the order of the file
   * @throws CalibrationTableException if they are no such table, or a tensor's range is not finite
   *     and positive; the message names the tensor
   */
  public static DynamicRanges fromFlatbuffers(byte[] bytes) {
    return RangesFlatbuffers.parse(bytes, "flatbuffers");
  }

  /**
   * Writes the table of ONNX Runtime's TensorRT provider; the file appears whole or not at all.
   *
   * @param file the file, replaced if it exists
   * @throws IOException if it cannot be written; the message names it
   */
  public void write(Path file) throws IOException {
    WholeFile.write(file, toFlatbuffers());
  }

  /**
   * Reads a table of ONNX Runtime's TensorRT provider from a file.
   *
   * @param file the file
   * @return the ranges, in the order of the file
   * @throws IOException if it cannot be read; the message names it
   * @throws CalibrationTableException if it is no such table; the message names the file, and the
   *     tensor
   */
  public static DynamicRanges read(Path file) throws IOException {
    return RangesFlatbuffers.parse(CalibrationTableFile.read(file), file.toString());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DynamicRanges that && ranges.equals(that.ranges);
  }

  @Override
  public int hashCode() {
    return ranges.hashCode();
  }

  @Override
  public String toString() {
    return "DynamicRanges[%s tensors]".formatted(ranges.size());
  }
}

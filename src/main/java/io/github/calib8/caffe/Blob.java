package io.github.calib8.caffe;

import com.google.common.math.LongMath;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * A blob of the net at some layer: the tensor that holds it there, and its size.
 *
 * <p>Immutable and thread-safe.
 *
 * @param tensor the tensor's name in the graph
 * @param dims the dimensions; the first one, the batch, is {@link ValueInfo#SYMBOLIC}
 */
record Blob(String tensor, List<Long> dims) {
  Blob {
    dims = List.copyOf(dims);
  }

  int rank() {
    return dims.size();
  }

  long channels() {
    return dims.get(1);
  }

  long height() {
    return dims.get(2);
  }

  long width() {
    return dims.get(3);
  }

  /** The elements of an image from an axis of 1 or more on. */
  long elements(int fromAxis) {
    return product(dims.subList(fromAxis, rank()));
  }

  /** These dimensions with others behind the batch and the channels. */
  List<Long> withImage(long channels, long height, long width) {
    return List.of(ValueInfo.SYMBOLIC, channels, height, width);
  }

  /** These dimensions with another size along an axis. */
  List<Long> with(int axis, long size) {
    List<Long> changed = new ArrayList<>(dims);
    changed.set(axis, size);
    return changed;
  }

  ValueInfo info() {
    return new ValueInfo(tensor, DataType.FLOAT, dims);
  }

  /** A product that stops at the greatest number instead of overflowing: files may claim it. */
  static long product(List<Long> factors) {
    return factors.stream().reduce(1L, LongMath::saturatedMultiply);
  }
}

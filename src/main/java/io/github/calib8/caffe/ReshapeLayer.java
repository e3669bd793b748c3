package io.github.calib8.caffe;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The same values in other dimensions; the batch stays what it is. */
final class ReshapeLayer {
  /** Caffe's sign for a size that follows from the others. */
  private static final long INFERRED = -1;

  private ReshapeLayer() {}

  static void write(Layer layer) {
    Blob in = layer.bottom();
    Fields fields = layer.parameters("reshape_param");
    List<Long> wanted = fields.message("shape").wholes("dim", -1);
    int axis = fields.signed("axis", 0);
    int from = axis < 0 ? axis + in.rank() + 1 : axis;
    int count = fields.signed("num_axes", -1);
    int to = count == -1 ? in.rank() : from + count;
    if (from < 0 || count < -1 || to > in.rank() || from > to) {
      throw layer.error(
          "Expected axis and num_axes within %s, found %s and %s"
              .formatted(in.info(), axis, count));
    }
    List<Long> dims = new ArrayList<>(in.dims().subList(0, from));
    for (int i = 0; i < wanted.size(); i++) {
      dims.add(wanted.get(i) == 0 ? copied(layer, in, from + i) : wanted.get(i));
    }
    dims.addAll(in.dims().subList(to, in.rank()));
    // An inferred batch and the batch itself look the same here, and are the same.
    if (dims.isEmpty() || dims.get(0) != ValueInfo.SYMBOLIC) {
      throw layer.error(
          "Expected the batch to stay the first dimension (0 or -1), found " + wanted);
    }
    infer(layer, in, dims);
    if (Blob.product(dims.subList(1, dims.size())) != in.elements(1)) {
      throw layer.error(
          "Expected dimensions of %s values an image, found %s"
              .formatted(in.elements(1), dims.subList(1, dims.size())));
    }
    top(layer, in, dims);
  }

  private static long copied(Layer layer, Blob in, int axis) {
    if (axis >= in.rank()) {
      throw layer.error("Expected an axis of %s to copy, found %s".formatted(in.info(), axis));
    }
    return in.dims().get(axis);
  }

  private static void infer(Layer layer, Blob in, List<Long> dims) {
    List<Long> behind = dims.subList(1, dims.size());
    int index = behind.indexOf(INFERRED);
    if (index < 0) {
      return;
    }
    behind.set(index, 1L);
    long others = Blob.product(behind);
    if (behind.contains(INFERRED) || in.elements(1) % others != 0) {
      throw layer.error("Expected one dimension to be inferred, found that none or several fit");
    }
    behind.set(index, in.elements(1) / others);
  }

  /** Adds the operator that makes the only top. */
  static void top(Layer layer, Blob in, List<Long> dims) {
    if (dims.size() == 2) {
      layer.top("Flatten", List.of(in.tensor()), Map.of("axis", Attribute.of(1L)), dims);
      return;
    }
    long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
    String constant =
        layer.constant(Tensor.longs(layer.unique("shape"), List.of((long) shape.length), shape));
    layer.top("Reshape", List.of(in.tensor(), constant), Map.of(), dims);
  }
}

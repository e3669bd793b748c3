package io.github.calib8.caffe;

import java.util.ArrayList;
import java.util.List;

/** Several axes in one. */
final class FlattenLayer {
  private FlattenLayer() {}

  static void write(Layer layer) {
    Blob in = layer.bottom();
    Fields fields = layer.parameters("flatten_param");
    int axis = layer.axis(fields.signed("axis", 1), in);
    int end = layer.axis(fields.signed("end_axis", -1), in);
    if (end < axis) {
      throw layer.error("Expected end_axis behind axis, found %s and %s".formatted(end, axis));
    }
    List<Long> dims = new ArrayList<>(in.dims().subList(0, axis));
    dims.add(Blob.product(in.dims().subList(axis, end + 1)));
    dims.addAll(in.dims().subList(end + 1, in.rank()));
    ReshapeLayer.top(layer, in, dims);
  }
}

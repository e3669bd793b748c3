package io.github.calib8.caffe;

import io.github.calib8.onnx.Attribute;
import java.util.List;
import java.util.Map;

/** Concatenation along an axis, the channels' by default. */
final class ConcatLayer {
  private ConcatLayer() {}

  static void write(Layer layer) {
    List<Blob> parts = layer.bottoms();
    if (parts.isEmpty()) {
      throw layer.error("Expected 1 or more bottoms, found none");
    }
    Blob first = parts.get(0);
    Fields fields = layer.parameters("concat_param");
    int oldAxis = fields.whole("concat_dim", 0).orElse(1L).intValue();
    int axis = layer.axis(fields.signed("axis", oldAxis), first);
    for (Blob part : parts) {
      if (part.rank() != first.rank() || !part.with(axis, 0).equals(first.with(axis, 0))) {
        throw layer.error(
            "Expected bottoms that differ along axis %s alone, found %s and %s"
                .formatted(axis, first.info(), part.info()));
      }
    }
    long size = parts.stream().mapToLong(part -> part.dims().get(axis)).sum();
    layer.top(
        "Concat",
        parts.stream().map(Blob::tensor).toList(),
        Map.of("axis", Attribute.of((long) axis)),
        first.with(axis, size));
  }
}

package io.github.calib8.caffe;

import io.github.calib8.onnx.Attribute;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Local response normalization across channels. */
final class LrnLayer {
  private LrnLayer() {}

  static void write(Layer layer) {
    Blob in = layer.image();
    Fields fields = layer.parameters("lrn_param");
    String region = fields.word("norm_region").orElse("ACROSS_CHANNELS");
    if (!region.equals("ACROSS_CHANNELS") && !region.equals("0")) {
      throw layer.error("Expected norm_region ACROSS_CHANNELS, found " + region);
    }
    long size = fields.whole("local_size", 1).orElse(5L);
    if (size % 2 == 0) {
      throw layer.error("Expected an odd local_size, found " + size);
    }
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("size", Attribute.of(size));
    attributes.put("alpha", Attribute.of(fields.number("alpha", 1)));
    attributes.put("beta", Attribute.of(fields.number("beta", 0.75f)));
    attributes.put("bias", Attribute.of(fields.number("k", 1)));
    layer.top("LRN", List.of(in.tensor()), attributes, in.dims());
  }
}

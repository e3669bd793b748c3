package io.github.calib8.caffe;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Convolution in two dimensions. */
final class ConvolutionLayer {
  private ConvolutionLayer() {}

  static void write(Layer layer) {
    Blob in = layer.image();
    Fields fields =
        layer
            .parameters("convolution_param")
            .ignore("weight_filler", "bias_filler", "force_nd_im2col");
    long out =
        fields
            .whole("num_output", 1)
            .orElseThrow(() -> fields.error("Expected field 'num_output', found none"));
    long groups = fields.whole("group", 1).orElse(1L);
    Extent kernel =
        Extent.read(fields, "kernel_size", "kernel", 1)
            .orElseThrow(() -> fields.error("Expected field 'kernel_size', found none"));
    Extent stride = Extent.read(fields, "stride", "stride", 1).orElse(new Extent(1, 1));
    Extent pad = Extent.read(fields, "pad", "pad", 0).orElse(new Extent(0, 0));
    Extent dilation = Extent.read(fields, "dilation", "dilation", 1).orElse(new Extent(1, 1));
    boolean bias = fields.truth("bias_term", true);
    if (layer.axis(fields.signed("axis", 1), in) != 1) {
      throw layer.error("Expected axis 1, found another");
    }
    if (in.channels() % groups != 0 || out % groups != 0) {
      throw layer.error(
          "Expected channels in %s equal groups, found %s in and %s out"
              .formatted(groups, in.channels(), out));
    }
    long height =
        outputs(in.height(), kernel.height(), stride.height(), pad.height(), dilation.height());
    long width = outputs(in.width(), kernel.width(), stride.width(), pad.width(), dilation.width());
    if (height < 1 || width < 1) {
      throw layer.error("Expected a bottom as large as the kernel, found " + in.info());
    }

    long channels = in.channels() / groups;
    long window = Blob.product(List.of(channels, kernel.height(), kernel.width()));
    List<Weight> weights = new ArrayList<>();
    weights.add(Weight.kernel(window, out, channels, kernel.height(), kernel.width()));
    if (bias) {
      weights.add(Weight.bias(out));
    }
    List<String> inputs = new ArrayList<>(List.of(in.tensor()));
    for (Tensor tensor : layer.weights(weights)) {
      inputs.add(layer.constant(tensor));
    }
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", kernel.attribute());
    attributes.put("strides", stride.attribute());
    attributes.put("pads", Attribute.ints(pad.height(), pad.width(), pad.height(), pad.width()));
    attributes.put("dilations", dilation.attribute());
    attributes.put("group", Attribute.of(groups));
    layer.top("Conv", inputs, attributes, in.withImage(out, height, width));
  }

  private static long outputs(long size, long kernel, long stride, long pad, long dilation) {
    long reach = Blob.product(List.of(dilation, kernel - 1)) + 1;
    return Math.floorDiv(size + 2 * pad - reach, stride) + 1;
  }
}

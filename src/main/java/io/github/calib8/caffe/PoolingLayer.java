package io.github.calib8.caffe;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Maximum and average pooling.
 *
 * <p>Caffe rounds the number of windows up, drops a last one that would start behind the image, and
 * counts the border in averages, but not what lies behind the border. ONNX has no mode that does
 * all of this, but the sizes are known here: the border that the last window really reaches into is
 * written out, and ONNX's own rounding has nothing left to do.
 */
final class PoolingLayer {
  private PoolingLayer() {}

  static void write(Layer layer) {
    Blob in = layer.image();
    Fields fields = layer.parameters("pooling_param");
    String method = fields.word("pool").orElse("MAX");
    String operator =
        switch (method) {
          case "MAX", "0" -> "MaxPool";
          case "AVE", "1" -> "AveragePool";
          default -> throw layer.error("Expected pool MAX or AVE, found " + method);
        };
    Extent pad = Extent.read(fields, "pad", "pad", 0).orElse(new Extent(0, 0));
    Extent stride = Extent.read(fields, "stride", "stride", 1).orElse(new Extent(1, 1));
    boolean roundUp = roundsUp(fields);
    if (fields.truth("global_pooling", false)) {
      if (!pad.equals(new Extent(0, 0)) || !stride.equals(new Extent(1, 1))) {
        throw layer.error("Expected no pad and stride with global_pooling, found some");
      }
      layer.top(
          "Global" + operator, List.of(in.tensor()), Map.of(), in.withImage(in.channels(), 1, 1));
      return;
    }
    Extent kernel =
        Extent.read(fields, "kernel_size", "kernel", 1)
            .orElseThrow(() -> fields.error("Expected field 'kernel_size', found none"));
    boolean padded = pad.height() > 0 || pad.width() > 0;
    PoolingAxis rows =
        PoolingAxis.of(
            in.height(), kernel.height(), stride.height(), pad.height(), roundUp, padded);
    PoolingAxis columns =
        PoolingAxis.of(in.width(), kernel.width(), stride.width(), pad.width(), roundUp, padded);
    if (!rows.isPossible() || !columns.isPossible()) {
      throw layer.error(
          "Expected windows that hold a pixel each, found kernel %s, stride %s and pad %s on %s"
              .formatted(kernel, stride, pad, in.info()));
    }

    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", kernel.attribute());
    attributes.put("strides", stride.attribute());
    String image = in.tensor();
    boolean leavesBorder = rows.padEnd() > pad.height() || columns.padEnd() > pad.width();
    if (operator.equals("AveragePool") && padded && leavesBorder) {
      // Zeros count as far as the border goes, and nothing behind it.
      image = border(layer, image, pad);
      attributes.put(
          "pads",
          Attribute.ints(
              0,
              0,
              Math.max(0, rows.padEnd() - pad.height()),
              Math.max(0, columns.padEnd() - pad.width())));
    } else {
      attributes.put(
          "pads", Attribute.ints(pad.height(), pad.width(), rows.padEnd(), columns.padEnd()));
      if (operator.equals("AveragePool")) {
        attributes.put("count_include_pad", Attribute.of(padded ? 1L : 0L));
      }
    }
    layer.top(
        operator,
        List.of(image),
        attributes,
        in.withImage(in.channels(), rows.outputs(), columns.outputs()));
  }

  private static boolean roundsUp(Fields fields) {
    String mode = fields.word("round_mode").orElse("CEIL");
    return switch (mode) {
      case "CEIL", "0" -> true;
      case "FLOOR", "1" -> false;
      default -> throw fields.error("Expected round_mode CEIL or FLOOR, found " + mode);
    };
  }

  private static String border(Layer layer, String image, Extent pad) {
    long height = pad.height();
    long width = pad.width();
    String pads =
        layer.constant(
            Tensor.longs(
                layer.unique("border"), List.of(8L), 0, 0, height, width, 0, 0, height, width));
    return layer.inner("padded", "Pad", List.of(image, pads), Map.of());
  }
}

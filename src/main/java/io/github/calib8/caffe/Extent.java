package io.github.calib8.caffe;

import io.github.calib8.onnx.Attribute;
import java.util.List;
import java.util.Optional;

/**
 * A height and a width: of a kernel, a stride, a border or a dilation.
 *
 * @param height along the third axis
 * @param width along the fourth axis
 */
record Extent(long height, long width) {

  /**
   * Reads {@code kernel_size: 3}, {@code kernel_size: [3, 5]} or {@code kernel_h: 3 kernel_w: 5}.
   *
   * @param fields the layer's parameters
   * @param name the field of one or two numbers
   * @param stem what the fields for height and width begin with
   * @param least the least number that is allowed
   * @return the extent; empty if it is left out
   */
  static Optional<Extent> read(Fields fields, String name, String stem, int least) {
    List<Long> both = fields.wholes(name, least);
    Optional<Long> height = fields.whole(stem + "_h", least);
    Optional<Long> width = fields.whole(stem + "_w", least);
    if (both.isEmpty() && height.isEmpty() && width.isEmpty()) {
      return Optional.empty();
    }
    if (both.isEmpty() && height.isPresent() && width.isPresent()) {
      return Optional.of(new Extent(height.orElseThrow(), width.orElseThrow()));
    }
    if (both.isEmpty() || both.size() > 2 || height.isPresent() || width.isPresent()) {
      throw fields.error(
          "Expected '%s' once or twice, or both '%s_h' and '%s_w', found other combinations"
              .formatted(name, stem, stem));
    }
    return Optional.of(new Extent(both.get(0), both.get(both.size() - 1)));
  }

  Attribute attribute() {
    return Attribute.ints(height, width);
  }
}

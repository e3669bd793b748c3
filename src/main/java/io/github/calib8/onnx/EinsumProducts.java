package io.github.calib8.onnx;

import com.google.common.base.Splitter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Counts the products of an Einsum: one for each combination of its indices. */
final class EinsumProducts {
  private EinsumProducts() {}

  /**
   * Counts.
   *
   * @return the products of two factors, 0 of one; empty for more, which may be taken in any order,
   *     for an equation with an ellipsis, and where a shape is not known
   */
  static OptionalLong count(Node einsum, Function<String, Optional<List<Long>>> shape) {
    String equation = einsum.stringAttribute("equation", "").replace(" ", "");
    List<String> factors =
        Splitter.on(',').splitToList(Splitter.on("->").splitToList(equation).get(0));
    if (factors.size() == 1) {
      return OptionalLong.of(0);
    }
    Map<Character, Long> sizes = new HashMap<>();
    for (int i = 0; i < factors.size(); i++) {
      Optional<List<Long>> dims = einsum.input(i).flatMap(shape);
      String indices = factors.get(i);
      if (dims.isEmpty() || dims.get().size() != indices.length()) {
        return OptionalLong.empty();
      }
      for (int axis = 0; axis < indices.length(); axis++) {
        sizes.merge(indices.charAt(axis), dims.get().get(axis), Math::max);
      }
    }
    return factors.size() == 2 && !equation.contains(".")
        ? OptionalLong.of(sizes.values().stream().reduce(1L, Math::multiplyExact))
        : OptionalLong.empty();
  }
}

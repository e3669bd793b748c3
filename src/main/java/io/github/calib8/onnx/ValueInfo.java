package io.github.calib8.onnx;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An input or output of a graph.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name the tensor
 * @param type its element type; {@link DataType#UNDEFINED} where the file does not say
 * @param dims its dimensions, outermost first; {@link #SYMBOLIC} for one that is free, such as the
 *     batch; empty for a scalar and where the file does not say
 */
public record ValueInfo(String name, DataType type, List<Long> dims) {
  /** A dimension that is known only when the model runs. */
  public static final long SYMBOLIC = -1;

  /** Copies the list. */
  public ValueInfo {
    dims = List.copyOf(dims);
  }

  @Override
  public String toString() {
    return name
        + dims.stream()
            .map(d -> d == SYMBOLIC ? "N" : Long.toString(d))
            .collect(Collectors.joining(",", " [", "]"));
  }
}

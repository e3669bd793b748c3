package io.github.calib8.rounding;

import io.github.calib8.quantization.WeightedLayer;
import java.util.ArrayList;
import java.util.List;

/** Which layers are read together: as many as fit into memory. */
final class LayerPasses {
  /** The bytes of all windows of a pass. */
  private static final long MOST_BYTES = 128L << 20;

  private LayerPasses() {}

  /** Cuts the layers, in their order. A layer that takes more than a pass may has its own. */
  static List<List<WeightedLayer>> of(List<WeightedLayer> layers, Sampling sampling) {
    List<List<WeightedLayer>> passes = new ArrayList<>();
    long bytes = 0;
    for (WeightedLayer layer : layers) {
      long own = sampling.bytes(layer);
      if (passes.isEmpty() || bytes + own > MOST_BYTES) {
        passes.add(new ArrayList<>());
        bytes = 0;
      }
      passes.get(passes.size() - 1).add(layer);
      bytes += own;
    }
    return passes;
  }
}

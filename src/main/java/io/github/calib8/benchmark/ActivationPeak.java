package io.github.calib8.benchmark;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import java.util.HashMap;
import java.util.Map;

/** The most values that are needed at the same time while a graph runs in its own order. */
final class ActivationPeak {
  private ActivationPeak() {}

  /**
   * Finds the peak.
   *
   * @param model the graph
   * @param sizes values an image, of each tensor that is not a weight
   * @return values an image: of the node where its inputs, its outputs, and what later nodes still
   *     need are the most
   */
  static long of(OnnxModel model, Map<String, Long> sizes) {
    Map<String, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < model.nodes().size(); i++) {
      for (String input : model.nodes().get(i).inputs()) {
        lastUse.put(input, i);
      }
    }
    long live = sizes.getOrDefault(model.input().name(), 0L);
    long peak = live;
    for (int i = 0; i < model.nodes().size(); i++) {
      Node node = model.nodes().get(i);
      live += sum(node.outputs(), sizes);
      peak = Math.max(peak, live);
      int now = i;
      live -=
          sum(
              node.inputs().stream()
                  .distinct()
                  .filter(x -> lastUse.getOrDefault(x, now) == now)
                  .toList(),
              sizes);
    }
    return peak;
  }

  private static long sum(Iterable<String> tensors, Map<String, Long> sizes) {
    long sum = 0;
    for (String tensor : tensors) {
      sum += sizes.getOrDefault(tensor, 0L);
    }
    return sum;
  }
}

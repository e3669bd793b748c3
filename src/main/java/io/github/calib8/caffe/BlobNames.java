package io.github.calib8.caffe;

import io.github.calib8.onnx.GraphBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The tensor that each layer writes.
 *
 * <p>A graph makes every tensor once, but layers change blobs in place. The last value of a blob is
 * what its users mean, and what a calibration cache of TensorRT calls by its name, so that tensor
 * has it; a value that a layer {@code relu1} replaces is {@code conv1_before_relu1}. The net's
 * inputs keep their names, and what replaces them is {@code data_after_shift}.
 */
final class BlobNames {
  private record Writer(String layer, String blob) {}

  private final Map<Writer, String> tensors = new HashMap<>();

  BlobNames(NetDefinition net, GraphBuilder graph) {
    Map<String, List<String>> writers = new LinkedHashMap<>();
    for (LayerDefinition layer : net.layers()) {
      if (!DropoutLayer.isAlias(layer)) {
        layer
            .tops()
            .forEach(top -> writers.computeIfAbsent(top, t -> new ArrayList<>()).add(layer.name()));
      }
    }
    // The blobs' own names first: no other tensor may take them.
    net.inputs().keySet().forEach(graph::uniqueName);
    writers.keySet().forEach(graph::uniqueName);
    writers.forEach((blob, layers) -> name(blob, layers, net.inputs().keySet(), graph));
  }

  private void name(String blob, List<String> layers, Set<String> inputs, GraphBuilder graph) {
    for (int i = 0; i < layers.size(); i++) {
      String tensor = blob;
      if (inputs.contains(blob)) {
        tensor = graph.uniqueName(blob + "_after_" + layers.get(i));
      } else if (i < layers.size() - 1) {
        tensor = graph.uniqueName(blob + "_before_" + layers.get(i + 1));
      }
      tensors.put(new Writer(layers.get(i), blob), tensor);
    }
  }

  String tensor(LayerDefinition layer, String top) {
    return Objects.requireNonNull(tensors.get(new Writer(layer.name(), top)), top);
  }
}

package io.github.calib8.caffe;

import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A graph that grows layer by layer, and the blobs as they are at this layer. Not thread-safe. */
final class Network {
  private final NetDefinition net;
  private final GraphBuilder graph;
  private final WeightSource weights;
  private final BlobNames names;
  private final Map<String, Blob> blobs = new HashMap<>();
  private final Set<String> unread = new LinkedHashSet<>();

  Network(NetDefinition net, String name, WeightSource weights) {
    this.net = net;
    this.graph = GraphBuilder.create(name);
    this.weights = weights;
    this.names = new BlobNames(net, graph);
  }

  OnnxModel build() {
    net.inputs()
        .forEach(
            (name, dims) -> {
              List<Long> free = new ArrayList<>(dims);
              free.set(0, ValueInfo.SYMBOLIC);
              Blob blob = new Blob(name, free);
              graph.input(blob.info());
              blobs.put(name, blob);
            });
    for (LayerDefinition layer : net.layers()) {
      LayerTypes.write(new Layer(layer, this));
    }
    net.fields().requireAllRead();
    if (unread.isEmpty()) {
      throw net.fields().error("Expected a blob that no layer reads, the output; found none");
    }
    unread.forEach(output -> graph.output(Objects.requireNonNull(blobs.get(output)).info()));
    OnnxModel model = graph.build();
    if (model.nodes().isEmpty()) {
      throw net.fields().error("Expected layers that compute something, found none");
    }
    return model;
  }

  GraphBuilder graph() {
    return graph;
  }

  WeightSource weights() {
    return weights;
  }

  Blob read(LayerDefinition layer, String name) {
    Blob blob = blobs.get(name);
    if (blob == null) {
      throw layer.error("Expected a bottom that is made before, found '" + name + "'");
    }
    unread.remove(name);
    return blob;
  }

  /** The name of the tensor that a layer writes for one of its tops. */
  String tensor(LayerDefinition layer, String top) {
    return names.tensor(layer, top);
  }

  void made(LayerDefinition layer, String top, Blob blob) {
    if (blobs.containsKey(top) && !layer.bottoms().contains(top)) {
      throw layer.error("Expected each blob to be made once, found another '" + top + "'");
    }
    if (blob.dims().stream().anyMatch(dim -> dim > Integer.MAX_VALUE)) {
      throw layer.error("Expected a smaller blob, found " + blob.info());
    }
    blobs.put(top, blob);
    unread.add(top);
  }
}

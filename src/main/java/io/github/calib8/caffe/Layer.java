package io.github.calib8.caffe;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A layer that is being written into the graph: what it reads, needs and makes. Not thread-safe.
 */
final class Layer {
  private final LayerDefinition definition;
  private final Network network;

  Layer(LayerDefinition definition, Network network) {
    this.definition = definition;
    this.network = network;
  }

  LayerDefinition definition() {
    return definition;
  }

  CaffeException error(String text) {
    return definition.error(text);
  }

  /** The fields of the layer's own parameters; none if they are left out. */
  Fields parameters(String name) {
    return definition.fields().message(name).ignore("engine");
  }

  List<Blob> bottoms() {
    return definition.bottoms().stream().map(name -> network.read(definition, name)).toList();
  }

  /** The only bottom. */
  Blob bottom() {
    if (definition.bottoms().size() != 1) {
      throw error("Expected 1 bottom, found " + definition.bottoms().size());
    }
    return bottoms().get(0);
  }

  /** The only bottom, [N, C, H, W]. */
  Blob image() {
    Blob bottom = bottom();
    if (bottom.rank() != 4) {
      throw error("Expected a bottom [N,C,H,W], found " + bottom.info());
    }
    return bottom;
  }

  /** An axis that may count from the end, but not the batch's. */
  int axis(int axis, Blob blob) {
    int fromStart = axis < 0 ? axis + blob.rank() : axis;
    if (fromStart < 1 || fromStart >= blob.rank()) {
      throw error("Expected an axis from 1 to %s, found %s".formatted(blob.rank() - 1, axis));
    }
    return fromStart;
  }

  /** The values of all blobs of weights of this layer. */
  List<Tensor> weights(List<Weight> weights) {
    List<Tensor> tensors = network.weights().of(definition, weights);
    List<Tensor> named = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      named.add(tensors.get(i).withName(unique(weights.get(i).suffix())));
    }
    return named;
  }

  /** Adds a constant. */
  String constant(Tensor tensor) {
    return network.graph().initializer(tensor);
  }

  String scalar(String suffix, float value) {
    return constant(Tensor.floats(unique(suffix), List.of(), value));
  }

  /** A free name that begins with the layer's. */
  String unique(String suffix) {
    return network.graph().uniqueName(definition.name() + "_" + suffix);
  }

  /** Adds an operator whose output only this layer reads. */
  String inner(
      String suffix, String operator, List<String> inputs, Map<String, Attribute> attributes) {
    return network.graph().node(operator, inputs, unique(suffix), attributes);
  }

  /** Adds the operator that makes the only top. */
  void top(
      String operator, List<String> inputs, Map<String, Attribute> attributes, List<Long> dims) {
    if (definition.tops().size() != 1) {
      throw error("Expected 1 top, found " + definition.tops().size());
    }
    top(definition.tops().get(0), operator, inputs, attributes, dims);
  }

  /** Adds the operator that makes a top. */
  void top(
      String top,
      String operator,
      List<String> inputs,
      Map<String, Attribute> attributes,
      List<Long> dims) {
    String tensor = network.tensor(definition, top);
    network.made(definition, top, new Blob(tensor, dims));
    // A layer of several tops is several operators, which need a name each.
    String name = definition.tops().size() == 1 ? definition.name() : tensor;
    network.graph().node(new Node(name, operator, "", inputs, List.of(tensor), attributes));
  }

  /** The only bottom is the only top, as it is. */
  void alias() {
    network.made(definition, definition.tops().get(0), bottom());
  }

  GraphBuilder graph() {
    return network.graph();
  }

  /** The operator that makes a blob, if nothing but this layer will ever read it. */
  Optional<Node> replaceable(Blob blob) {
    return definition.isInPlace()
            && network.graph().isMade(blob.tensor())
            && network.graph().consumers(blob.tensor()).isEmpty()
        ? Optional.of(network.graph().producer(blob.tensor()))
        : Optional.empty();
  }
}

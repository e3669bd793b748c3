package io.github.calib8.train;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's weights: the trained ones in one flat vector, so that an optimizer's step is a handful
 * of operations however many layers there are, and BatchNormalization's statistics beside it. Not
 * thread-safe.
 */
final class Weights implements AutoCloseable {
  private static final int MEAN_INPUT = 3;

  private final OnnxModel model;
  private final List<Tensor> trained = new ArrayList<>();
  private final Map<String, NDArray> statistics = new LinkedHashMap<>();
  private final NDArray vector;
  private final NDArray decayed;

  Weights(OnnxModel model, NDManager manager) {
    this.model = model;
    List<String> running = statisticsOf(model);
    for (Tensor tensor : model.initializers().values()) {
      if (running.contains(tensor.name())) {
        statistics.put(tensor.name(), array(tensor, manager));
      } else if (tensor.type() == DataType.FLOAT && !tensor.dims().isEmpty()) {
        trained.add(tensor);
      }
    }
    NDList parts = new NDList();
    NDList masks = new NDList();
    for (Tensor tensor : trained) {
      NDArray part = array(tensor, manager).flatten();
      parts.add(part);
      masks.add(tensor.dims().size() > 1 ? part.onesLike() : part.zerosLike());
    }
    this.vector = NDArrays.concat(parts);
    this.decayed = NDArrays.concat(masks);
    parts.close();
    masks.close();
    vector.setRequiresGradient(true);
  }

  private static List<String> statisticsOf(OnnxModel model) {
    List<String> names = new ArrayList<>();
    for (Node node : model.nodes()) {
      if (node.is("BatchNormalization")) {
        names.addAll(node.inputs().subList(MEAN_INPUT, MEAN_INPUT + 2));
      }
    }
    return names;
  }

  private static NDArray array(Tensor tensor, NDManager manager) {
    return manager.create(tensor.toFloats(), new Shape(tensor.dims()));
  }

  /** Returns the trained weights in one vector. */
  NDArray vector() {
    return vector;
  }

  /** Returns what training changes: the vector and the statistics. */
  List<NDArray> arrays() {
    List<NDArray> arrays = new ArrayList<>(List.of(vector));
    arrays.addAll(statistics.values());
    return arrays;
  }

  /** Returns a vector of 1 where weight decay applies (kernels) and 0 elsewhere. */
  NDArray decayed() {
    return decayed;
  }

  /**
   * Lends the weights to a manager until it closes, so that what is computed from them joins it.
   */
  void lend(NDManager step) {
    step.tempAttachAll(vector, decayed);
  }

  /** Returns every weight by name, as views. */
  Map<String, NDArray> split() {
    Map<String, NDArray> values = new HashMap<>(statistics);
    long[] ends = new long[trained.size() - 1];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += trained.get(i).elements();
      ends[i] = end;
    }
    NDList parts = vector.split(ends);
    for (int i = 0; i < parts.size(); i++) {
      Tensor tensor = trained.get(i);
      values.put(tensor.name(), parts.get(i).reshape(new Shape(tensor.dims())));
    }
    return values;
  }

  /** Returns the model with the weights as they are now. */
  OnnxModel toModel() {
    GraphBuilder graph = model.edit();
    float[] values = vector.toFloatArray();
    int from = 0;
    for (Tensor tensor : trained) {
      int to = from + (int) tensor.elements();
      graph.initializer(
          Tensor.floats(tensor.name(), tensor.dims(), Arrays.copyOfRange(values, from, to)));
      from = to;
    }
    statistics.forEach(
        (name, array) ->
            graph.initializer(
                Tensor.floats(
                    name,
                    requireNonNull(model.initializers().get(name)).dims(),
                    array.toFloatArray())));
    return graph.build();
  }

  @Override
  public void close() {
    vector.close();
    decayed.close();
    statistics.values().forEach(NDArray::close);
  }
}

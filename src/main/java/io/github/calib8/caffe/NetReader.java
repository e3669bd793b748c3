package io.github.calib8.caffe;

import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads a net from the fields of a file: both generations of layers, and all ways to state inputs.
 * Not thread-safe.
 *
 * @see <a
 *     href="https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto">caffe.proto</a>
 */
final class NetReader {
  /** The dimensions of an input in the oldest way to state them. */
  private static final int LEGACY_RANK = 4;

  private static final Set<String> TRAINING =
      ImmutableSet.of(
          "Accuracy",
          "ContrastiveLoss",
          "Data",
          "DummyData",
          "EuclideanLoss",
          "HDF5Data",
          "HDF5Output",
          "HingeLoss",
          "ImageData",
          "InfogainLoss",
          "MemoryData",
          "MultinomialLogisticLoss",
          "SigmoidCrossEntropyLoss",
          "SoftmaxWithLoss",
          "WindowData");

  private final Fields net;
  private final Map<String, List<Long>> inputs = new LinkedHashMap<>();
  private final List<LayerDefinition> layers = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private NetReader(Fields net) {
    this.net = net;
  }

  /**
   * Reads a net.
   *
   * @param fields the fields at the top of a file
   * @return the net, for inference
   * @throws CaffeException if it is not a deploy file
   */
  static NetDefinition read(Fields fields) {
    NetReader reader = new NetReader(fields);
    fields.ignore("force_backward", "debug_info", "state");
    reader.readInputs();
    reader.readLayers();
    if (reader.inputs.isEmpty() || reader.layers.isEmpty()) {
      throw fields.error(
          "Expected a deploy file, found %s inputs and %s layers that compute"
              .formatted(reader.inputs.size(), reader.layers.size()));
    }
    return new NetDefinition(fields.text("name").orElse(""), reader.inputs, reader.layers, fields);
  }

  private void readInputs() {
    List<String> blobs = net.texts("input");
    List<List<Long>> shapes = shapes(net, "input_shape");
    List<Long> dims = net.wholes("input_dim", 1);
    if (shapes.isEmpty() && dims.size() == LEGACY_RANK * blobs.size()) {
      for (int i = 0; i < blobs.size(); i++) {
        input(net, blobs.get(i), dims.subList(LEGACY_RANK * i, LEGACY_RANK * (i + 1)));
      }
    } else if (dims.isEmpty() && shapes.size() == blobs.size()) {
      for (int i = 0; i < blobs.size(); i++) {
        input(net, blobs.get(i), shapes.get(i));
      }
    } else {
      throw net.error(
          "Expected a shape or 4 dimensions for each of %s inputs, found %s shapes and %s dimensions"
              .formatted(blobs.size(), shapes.size(), dims.size()));
    }
  }

  private static List<List<Long>> shapes(Fields fields, String name) {
    return fields.messages(name).stream().map(shape -> shape.wholes("dim", 1)).toList();
  }

  private void input(Fields where, String blob, List<Long> dims) {
    if (blob.isEmpty()) {
      throw where.error("Expected a name for each input, found an empty one");
    }
    if (dims.isEmpty()) {
      throw where.error("Expected dimensions for input '" + blob + "', found none");
    }
    if (inputs.put(blob, dims) != null) {
      throw where.error("Expected input '" + blob + "' once, found another");
    }
  }

  private void readLayers() {
    List<Fields> newer = net.messages("layer");
    List<Fields> older = net.messages("layers");
    if (!newer.isEmpty() && !older.isEmpty()) {
      throw net.error("Expected either 'layer' or 'layers', found both");
    }
    newer.forEach(fields -> add(fields, fields.text("type")::orElseThrow));
    older.forEach(fields -> add(fields, () -> OldTypes.rename(fields)));
  }

  private void add(Fields fields, Supplier<String> typeOf) {
    if (fields.has("layer")) {
      throw fields.error(
          "Expected layers of Caffe's second or third generation, found the first;"
              + " Caffe's upgrade_net_proto_text converts it");
    }
    if (!Phase.isInference(fields)) {
      fields.ignoreAll();
      return;
    }
    String name = fields.text("name").orElse("");
    fields.about("layer '" + name + "'");
    if (!fields.has("type")) {
      throw fields.error("Expected a type, found none");
    }
    String type = typeOf.get();
    fields.about("layer '" + name + "' of type '" + type + "'");
    fields.ignore(
        "phase",
        "param",
        "blobs_lr",
        "weight_decay",
        "loss_weight",
        "propagate_down",
        "blob_share_mode");
    LayerDefinition layer =
        new LayerDefinition(name, type, fields.texts("bottom"), fields.texts("top"), fields);
    if (layer.bottoms().contains("") || layer.tops().contains("")) {
      throw layer.error("Expected a name for each bottom and top, found one without");
    }
    if (!names.add(name)) {
      throw layer.error("Expected another name for each layer, found this one twice");
    }
    if (TRAINING.contains(type)) {
      throw layer.error("Expected a deploy file, found a layer for training");
    }
    if (type.equals("Input")) {
      addInputs(layer);
    } else {
      layers.add(layer);
    }
  }

  private void addInputs(LayerDefinition layer) {
    List<List<Long>> shapes = shapes(layer.fields().message("input_param"), "shape");
    int count = layer.tops().size();
    if (shapes.size() != 1 && shapes.size() != count) {
      throw layer.error("Expected 1 or " + count + " shapes, found " + shapes.size());
    }
    for (int i = 0; i < count; i++) {
      input(layer.fields(), layer.tops().get(i), shapes.get(shapes.size() == 1 ? 0 : i));
    }
  }
}

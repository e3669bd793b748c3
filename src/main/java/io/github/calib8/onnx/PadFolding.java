package io.github.calib8.onnx;

import com.google.common.primitives.Longs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Lets convolutions and pooling pad for themselves what a Pad in front of them pads with zeros.
 *
 * <p>A convolution pads with zeros. AveragePool does where its padding counts. MaxPool pads with
 * what is less than anything, so zeros can be left to it only behind a rectifier.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Pad.html">Pad</a>
 */
final class PadFolding {
  /** Pooling begins to count at the third axis, behind images and channels. */
  private static final int FIRST_SPATIAL = 2;

  private final OnnxModel model;
  private final GraphBuilder builder;

  private PadFolding(OnnxModel model) {
    this.model = model;
    this.builder = model.edit();
  }

  static OnnxModel apply(OnnxModel model) {
    PadFolding folding = new PadFolding(model);
    for (Node node : model.nodes()) {
      if (node.is("Pad") && folding.addsZeros(node)) {
        model.consumers(node.output()).forEach(reader -> folding.fold(node, reader));
      }
    }
    return folding.builder.build();
  }

  private Optional<Tensor> constant(Node node, int input) {
    return node.input(input).map(model.initializers()::get);
  }

  private boolean addsZeros(Node pad) {
    boolean isZero =
        pad.input(FIRST_SPATIAL).isEmpty()
            || constant(pad, FIRST_SPATIAL)
                .filter(value -> value.type() == DataType.FLOAT && value.elements() == 1)
                .filter(value -> value.toFloats()[0] == 0)
                .isPresent();
    return isZero && pad.stringAttribute("mode", "constant").equals("constant");
  }

  private void fold(Node pad, Node reader) {
    boolean readsOnce =
        reader.reads().size() == reader.inputs().stream().filter(i -> !i.isEmpty()).count()
            && reader.inputs().get(0).equals(pad.output())
            && reader.inputs().lastIndexOf(pad.output()) == 0;
    Optional<List<Long>> kernel = readsOnce ? kernel(reader) : Optional.empty();
    kernel
        .filter(edges -> mayPad(pad, reader))
        .flatMap(edges -> padding(pad, reader, edges))
        .ifPresent(
            pads -> {
              Map<String, Attribute> attributes = new LinkedHashMap<>(reader.attributes());
              attributes.remove("auto_pad");
              attributes.put("pads", Attribute.ints(pads));
              if (reader.is("AveragePool")) {
                attributes.put("count_include_pad", Attribute.of(1));
              }
              List<String> inputs = new ArrayList<>(reader.inputs());
              inputs.set(0, pad.inputs().get(0));
              builder.replace(
                  reader,
                  new Node(
                      reader.name(), reader.opType(), "", inputs, reader.outputs(), attributes));
            });
  }

  /** The edges of a window; empty for what reads by no window. */
  private Optional<List<Long>> kernel(Node reader) {
    if (reader.is("Conv")) {
      return constant(reader, 1)
          .map(Tensor::dims)
          .filter(dims -> dims.size() > FIRST_SPATIAL)
          .map(dims -> dims.subList(FIRST_SPATIAL, dims.size()));
    }
    return Optional.of(reader)
        .filter(node -> node.is("MaxPool") || node.is("AveragePool"))
        .map(node -> node.intsAttribute("kernel_shape", List.of()))
        .filter(edges -> !edges.isEmpty());
  }

  private boolean mayPad(Node pad, Node reader) {
    String automatic = reader.stringAttribute("auto_pad", "NOTSET");
    if (!automatic.equals("NOTSET") && !automatic.equals("VALID")) {
      return false;
    }
    if (reader.is("Conv")) {
      return true;
    }
    boolean plain =
        reader.intAttribute("ceil_mode", 0) == 0
            && reader.outputs().size() == 1
            && reader.intsAttribute("dilations", List.of()).stream().allMatch(d -> d == 1);
    return plain
        && (reader.is("MaxPool")
            ? isRectified(pad.inputs().get(0))
            : reader.intAttribute("count_include_pad", 0) != 0
                || own(reader, 0).stream().allMatch(p -> p == 0));
  }

  private boolean isRectified(String tensor) {
    return model.producer(tensor).flatMap(node -> Rectifier.of(model, node)).isPresent();
  }

  private static List<Long> own(Node reader, int length) {
    return reader.intsAttribute(
        "pads", LongStream.generate(() -> 0).limit(length).boxed().toList());
  }

  /** What a window operator pads in all: begins, then ends; empty where it cannot. */
  private Optional<long[]> padding(Node pad, Node reader, List<Long> kernel) {
    int rank = kernel.size() + FIRST_SPATIAL;
    Optional<long[]> added = pads(pad, rank);
    List<Long> own = own(reader, 2 * kernel.size());
    if (added.isEmpty() || own.size() != 2 * kernel.size()) {
      return Optional.empty();
    }
    long[] all = added.orElseThrow();
    long[] sums = new long[2 * kernel.size()];
    for (int i = 0; i < 2 * rank; i++) {
      int axis = i % rank;
      boolean isSpatial = axis >= FIRST_SPATIAL;
      if (all[i] < 0 || (!isSpatial && all[i] != 0)) {
        return Optional.empty();
      }
      if (isSpatial) {
        int edge = axis - FIRST_SPATIAL;
        int at = i < rank ? edge : kernel.size() + edge;
        sums[at] = own.get(at) + all[i];
        // Engines refuse pooling windows that may hold padding alone.
        if (!reader.is("Conv") && sums[at] >= kernel.get(edge)) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(sums);
  }

  /** Begins of all axes, then ends. */
  private Optional<long[]> pads(Node pad, int rank) {
    Optional<Tensor> values = constant(pad, 1).filter(t -> t.type() == DataType.INT64);
    if (values.isEmpty() || (pad.input(3).isPresent() && constant(pad, 3).isEmpty())) {
      return Optional.empty();
    }
    long[] given = values.orElseThrow().toLongs();
    long[] axes =
        constant(pad, 3).map(Tensor::toLongs).orElseGet(() -> LongStream.range(0, rank).toArray());
    if (given.length != 2 * axes.length) {
      return Optional.empty();
    }
    long[] pads = new long[2 * rank];
    for (int i = 0; i < axes.length; i++) {
      long axis = axes[i] < 0 ? axes[i] + rank : axes[i];
      if (axis < 0 || axis >= rank || Longs.indexOf(axes, axes[i]) != i) {
        return Optional.empty();
      }
      pads[(int) axis] = given[i];
      pads[rank + (int) axis] = given[axes.length + i];
    }
    return Optional.of(pads);
  }
}

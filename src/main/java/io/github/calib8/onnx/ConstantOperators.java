package io.github.calib8.onnx;

import com.google.common.primitives.Floats;
import com.google.common.primitives.Longs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes operators whose inputs are constants, as of operator set 13 or later.
 *
 * <p>Arithmetic on single-precision numbers is that of the engine, rounded after each operator;
 * BatchNormalization and means are computed in double precision and rounded once.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX operators</a>
 */
final class ConstantOperators {
  private static final double DEFAULT_EPSILON = 1e-5f;

  private final Node node;

  /** Null where an input is left out. */
  private final List<@Nullable Tensor> inputs;

  private ConstantOperators(Node node, List<@Nullable Tensor> inputs) {
    this.node = node;
    this.inputs = inputs;
  }

  /**
   * Computes a node's first output.
   *
   * @param node any node
   * @param inputs its inputs; null where one is left out
   * @return the output under its name; empty where the operator, its attributes or the types are
   *     none that are computed here
   * @throws OnnxException if inputs or attributes do not fit each other
   */
  static Optional<Tensor> compute(Node node, List<@Nullable Tensor> inputs) {
    if (!node.domain().isEmpty() || node.outputs().isEmpty()) {
      return Optional.empty();
    }
    return new ConstantOperators(node, inputs).compute().map(t -> t.withName(node.output()));
  }

  private Optional<Tensor> compute() {
    return switch (node.opType()) {
      case "Constant" -> constant();
      case "ConstantOfShape" -> constantOfShape();
      case "Cast" -> at(0).cast(DataType.of((int) node.intAttribute("to", 0)));
      case "Identity" -> Optional.of(in(0));
      case "Shape" -> shape();
      case "Reshape" -> reshape();
      case "Flatten" -> flatten();
      case "Squeeze" -> squeeze();
      case "Unsqueeze" -> unsqueeze();
      case "Transpose" -> transpose();
      case "Expand" -> at(0).broadcast(broadcast(in(0).dims(), dims(in(1).toLongs())));
      case "Slice" -> slice();
      case "Gather" -> gather();
      case "Concat" -> concat();
      case "Add" -> arithmetic((a, b) -> a + b, (a, b) -> a + b);
      case "Sub" -> arithmetic((a, b) -> a - b, (a, b) -> a - b);
      case "Mul" -> arithmetic((a, b) -> a * b, (a, b) -> a * b);
      case "Div" -> arithmetic((a, b) -> a / b, (a, b) -> a / b);
      case "Neg" -> map(x -> -x);
      case "Abs" -> map(Math::abs);
      case "Sqrt" -> map(Math::sqrt);
      case "Reciprocal" -> map(x -> 1 / x);
      case "ReduceMean" -> reduce(true);
      case "ReduceSum" -> reduce(false);
      case "BatchNormalization" -> batchNormalization();
      default -> Optional.empty();
    };
  }

  private Tensor in(int index) {
    Tensor input = index < inputs.size() ? inputs.get(index) : null;
    if (input == null) {
      throw new OnnxException("Expected input " + index + " of " + node + ", found none");
    }
    return input;
  }

  private Elements at(int index) {
    return new Elements(in(index));
  }

  private boolean has(int index) {
    return index < inputs.size() && inputs.get(index) != null;
  }

  private OnnxException unfit(String expected, Object found) {
    return new OnnxException("Expected %s for %s, found %s".formatted(expected, node, found));
  }

  private static List<Long> dims(long... dims) {
    return Longs.asList(dims);
  }

  private Optional<Tensor> constant() {
    for (Attribute value : node.attributes().values()) {
      if (value instanceof Attribute.TensorValue tensor) {
        return Optional.of(tensor.value());
      } else if (value instanceof Attribute.FloatValue number) {
        return Optional.of(Tensor.floats("", List.of(), number.value()));
      } else if (value instanceof Attribute.IntValue number) {
        return Optional.of(Tensor.longs("", List.of(), number.value()));
      } else if (value instanceof Attribute.Floats numbers) {
        float[] floats = Floats.toArray(numbers.values());
        return Optional.of(Tensor.floats("", dims(floats.length), floats));
      } else if (value instanceof Attribute.Ints numbers) {
        long[] longs = Longs.toArray(numbers.values());
        return Optional.of(Tensor.longs("", dims(longs.length), longs));
      }
    }
    return Optional.empty();
  }

  private Optional<Tensor> constantOfShape() {
    Tensor value =
        node.attributes().get("value") instanceof Attribute.TensorValue given
            ? given.value()
            : Tensor.floats("", List.of(), 0);
    return new Elements(value.withDims(List.of())).broadcast(dims(in(0).toLongs()));
  }

  private Optional<Tensor> shape() {
    int rank = in(0).dims().size();
    int start = clamp(node.intAttribute("start", 0), rank);
    int end = clamp(node.intAttribute("end", rank), rank);
    List<Long> shape = start < end ? in(0).dims().subList(start, end) : List.of();
    return Optional.of(Tensor.longs("", dims(shape.size()), Longs.toArray(shape)));
  }

  private static int clamp(long index, int rank) {
    return (int) Math.max(0, Math.min(rank, index < 0 ? index + rank : index));
  }

  /** An axis from 0; negative ones count from the end. */
  private int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw unfit("an axis of " + rank, axis);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Axes by an input, as of later versions, or by an attribute, as of earlier ones. */
  private List<Integer> axes(int input, int rank) {
    List<Long> axes =
        has(input) ? dims(in(input).toLongs()) : node.intsAttribute("axes", List.of());
    return axes.stream().map(axis -> axis(axis, rank)).toList();
  }

  private Optional<Tensor> reshape() {
    long[] shape = in(1).toLongs();
    long known = 1;
    int free = -1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 0 && node.intAttribute("allowzero", 0) == 0 && i < in(0).dims().size()) {
        shape[i] = in(0).dims().get(i);
      }
      if (shape[i] == -1) {
        free = i;
      } else {
        known *= shape[i];
      }
    }
    if (free >= 0) {
      shape[free] = known == 0 ? 0 : in(0).elements() / known;
    }
    return Optional.of(in(0).withDims(dims(shape)));
  }

  private Optional<Tensor> flatten() {
    List<Long> dims = in(0).dims();
    long axis = node.intAttribute("axis", 1);
    int at = axis == dims.size() ? dims.size() : axis(axis, dims.size());
    long rows = dims.subList(0, at).stream().reduce(1L, (a, b) -> a * b);
    long columns = dims.subList(at, dims.size()).stream().reduce(1L, (a, b) -> a * b);
    return Optional.of(in(0).withDims(dims(rows, columns)));
  }

  private Optional<Tensor> squeeze() {
    List<Long> dims = in(0).dims();
    List<Integer> axes = axes(1, dims.size());
    List<Long> kept = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      if (axes.isEmpty() ? dims.get(i) != 1 : !axes.contains(i)) {
        kept.add(dims.get(i));
      }
    }
    return Optional.of(in(0).withDims(kept));
  }

  private Optional<Tensor> unsqueeze() {
    List<Long> dims = new ArrayList<>(in(0).dims());
    int added = has(1) ? (int) in(1).elements() : node.intsAttribute("axes", List.of()).size();
    axes(1, dims.size() + added).stream().sorted().forEach(axis -> dims.add(axis, 1L));
    return Optional.of(in(0).withDims(dims));
  }

  private Optional<Tensor> transpose() {
    int rank = in(0).dims().size();
    List<Long> reversed = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
    Collections.reverse(reversed);
    List<Long> order = node.intsAttribute("perm", reversed);
    long[] strides = at(0).strides();
    long[] dims = new long[rank];
    long[] permuted = new long[rank];
    if (order.stream().distinct().count() != rank || order.size() != rank) {
      throw unfit("an order of " + rank + " axes", order);
    }
    for (int i = 0; i < rank; i++) {
      int from = axis(order.get(i), rank);
      dims[i] = in(0).dims().get(from);
      permuted[i] = strides[from];
    }
    return at(0).pick(dims, permuted, 0);
  }

  private Optional<Tensor> slice() {
    List<Long> dims = in(0).dims();
    long[] starts = in(1).toLongs();
    long[] ends = in(2).toLongs();
    long[] axes = has(3) ? in(3).toLongs() : LongStream.range(0, starts.length).toArray();
    long[] steps =
        has(4) ? in(4).toLongs() : LongStream.generate(() -> 1).limit(starts.length).toArray();
    if (ends.length != starts.length
        || axes.length != starts.length
        || steps.length != starts.length) {
      throw unfit(
          starts.length + " ends, axes and steps",
          ends.length + ", " + axes.length + " and " + steps.length);
    }
    long[] picked = Longs.toArray(dims);
    long[] strides = at(0).strides();
    long offset = 0;
    for (int i = 0; i < starts.length; i++) {
      int axis = axis(axes[i], dims.size());
      long length = dims.get(axis);
      long step = steps[i];
      if (step == 0) {
        throw unfit("steps other than 0", step);
      }
      // A step back begins at the last element, and ends in front of the first one.
      long first = bound(starts[i], length, 0, step > 0 ? length : length - 1);
      long end = bound(ends[i], length, step > 0 ? 0 : -1, step > 0 ? length : length - 1);
      long span = step > 0 ? end - first : first - end;
      long stride = Math.abs(step == Long.MIN_VALUE ? Long.MAX_VALUE : step);
      picked[axis] = span <= 0 ? 0 : (span - 1) / stride + 1;
      offset += picked[axis] == 0 ? 0 : first * strides[axis];
      strides[axis] *= picked[axis] > 1 ? step : 0;
    }
    return at(0).pick(picked, strides, offset);
  }

  private static long bound(long index, long length, long least, long most) {
    long counted = index < 0 ? Math.max(index, -length - 1) + length : index;
    return Math.max(least, Math.min(most, counted));
  }

  private Optional<Tensor> gather() {
    Tensor data = in(0);
    long[] indices = in(1).toLongs();
    int axis = axis(node.intAttribute("axis", 0), data.dims().size());
    long length = data.dims().get(axis);
    List<Elements> parts = new ArrayList<>();
    long[] one = Longs.toArray(data.dims());
    one[axis] = 1;
    long[] strides = at(0).strides();
    for (long index : indices) {
      if (index < -length || index >= length) {
        throw unfit("an index of " + length, index);
      }
      long at = index < 0 ? index + length : index;
      Optional<Tensor> part = at(0).pick(one, strides, at * strides[axis]);
      if (part.isEmpty()) {
        return part;
      }
      parts.add(new Elements(part.orElseThrow()));
    }
    List<Long> dims = new ArrayList<>(data.dims());
    dims.remove(axis);
    dims.addAll(axis, in(1).dims());
    return Elements.concat(parts, axis).map(joined -> joined.withDims(dims));
  }

  private Optional<Tensor> concat() {
    List<Elements> parts = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      parts.add(at(i));
      if (in(i).type() != in(0).type() || in(i).dims().size() != in(0).dims().size()) {
        throw unfit("inputs of one type and rank", in(i));
      }
    }
    return parts.isEmpty()
        ? Optional.empty()
        : Elements.concat(parts, axis(node.intAttribute("axis", 0), in(0).dims().size()));
  }

  private List<Long> broadcast(List<Long> one, List<Long> other) {
    int rank = Math.max(one.size(), other.size());
    Long[] dims = new Long[rank];
    for (int i = 0; i < rank; i++) {
      long a = i < one.size() ? one.get(one.size() - 1 - i) : 1;
      long b = i < other.size() ? other.get(other.size() - 1 - i) : 1;
      if (a != b && a != 1 && b != 1) {
        throw unfit("dimensions that can be broadcast", one + " and " + other);
      }
      dims[rank - 1 - i] = a == 1 ? b : a;
    }
    return List.of(dims);
  }

  /** Of floats, whose result in double precision is rounded once: that of single precision. */
  private Optional<Tensor> arithmetic(DoubleBinaryOperator floats, LongBinaryOperator longs) {
    List<Long> dims = broadcast(in(0).dims(), in(1).dims());
    Optional<Tensor> left = at(0).broadcast(dims);
    Optional<Tensor> right = at(1).broadcast(dims);
    if (left.isEmpty() || right.isEmpty() || in(0).type() != in(1).type()) {
      return Optional.empty();
    }
    return switch (in(0).type()) {
      case FLOAT -> {
        float[] a = left.orElseThrow().toFloats();
        float[] b = right.orElseThrow().toFloats();
        for (int i = 0; i < a.length; i++) {
          a[i] = (float) floats.applyAsDouble(a[i], b[i]);
        }
        yield Optional.of(Tensor.floats("", dims, a));
      }
      case INT64 -> {
        long[] a = left.orElseThrow().toLongs();
        long[] b = right.orElseThrow().toLongs();
        for (int i = 0; i < a.length; i++) {
          if (node.is("Div") && b[i] == 0) {
            yield Optional.empty();
          }
          a[i] = longs.applyAsLong(a[i], b[i]);
        }
        yield Optional.of(Tensor.longs("", dims, a));
      }
      default -> Optional.empty();
    };
  }

  private Optional<Tensor> map(DoubleUnaryOperator function) {
    if (in(0).type() != DataType.FLOAT) {
      return Optional.empty();
    }
    float[] values = in(0).toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) function.applyAsDouble(values[i]);
    }
    return Optional.of(Tensor.floats("", in(0).dims(), values));
  }

  private Optional<Tensor> reduce(boolean mean) {
    List<Long> dims = in(0).dims();
    if (in(0).type() != DataType.FLOAT || node.intAttribute("noop_with_empty_axes", 0) != 0) {
      return Optional.empty();
    }
    List<Integer> axes = axes(1, dims.size());
    List<Long> kept = new ArrayList<>(dims);
    List<Long> result = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      if (axes.isEmpty() || axes.contains(i)) {
        kept.set(i, 1L);
      }
      if (node.intAttribute("keepdims", 1) != 0 || !(axes.isEmpty() || axes.contains(i))) {
        result.add(kept.get(i));
      }
    }
    double[] sums = new double[elements(kept)];
    long[] strides = Elements.strides(kept);
    for (int i = 0; i < strides.length; i++) {
      strides[i] = kept.get(i) == 1 ? 0 : strides[i];
    }
    float[] values = in(0).toFloats();
    int[] to = Elements.indices(Longs.toArray(dims), strides, 0);
    for (int i = 0; i < values.length; i++) {
      sums[to[i]] += values[i];
    }
    float[] reduced = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      reduced[i] = (float) (mean ? sums[i] * sums.length / values.length : sums[i]);
    }
    return Optional.of(Tensor.floats("", result, reduced));
  }

  private Optional<Tensor> batchNormalization() {
    List<Long> dims = in(0).dims();
    if (node.intAttribute("training_mode", 0) != 0 || dims.size() < 2) {
      return Optional.empty();
    }
    for (int i = 0; i < 5; i++) {
      if (in(i).type() != DataType.FLOAT || (i > 0 && in(i).elements() != dims.get(1))) {
        return Optional.empty();
      }
    }
    float[] values = in(0).toFloats();
    float[] scale = in(1).toFloats();
    float[] shift = in(2).toFloats();
    float[] mean = in(3).toFloats();
    float[] variance = in(4).toFloats();
    double epsilon = node.floatAttribute("epsilon", (float) DEFAULT_EPSILON);
    int channels = scale.length;
    int pixels = elements(dims.subList(2, dims.size()));
    for (int i = 0; i < values.length; i++) {
      int c = i / pixels % channels;
      values[i] =
          (float)
              ((values[i] - (double) mean[c]) * scale[c] / Math.sqrt(variance[c] + epsilon)
                  + shift[c]);
    }
    return Optional.of(Tensor.floats("", dims, values));
  }

  private static int elements(List<Long> dims) {
    return Math.toIntExact(dims.stream().reduce(1L, (a, b) -> a * b));
  }
}

package io.github.calib8.onnx;

import com.google.common.primitives.ImmutableLongArray;
import com.google.common.primitives.Longs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * The elements of a constant, moved to other places or turned into another type.
 *
 * <p>What moves elements knows nothing of their type but its size; types of less than a byte are
 * left alone.
 *
 * @param tensor the constant
 */
record Elements(Tensor tensor) {
  /** No constant grows beyond this number of elements; what does stays for the engine. */
  private static final long MOST_ELEMENTS = 1L << 24;

  /** How far apart neighbors of each axis are, in elements. */
  long[] strides() {
    return strides(tensor.dims());
  }

  static long[] strides(List<Long> dims) {
    long[] strides = new long[dims.size()];
    long stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims.get(i);
    }
    return strides;
  }

  /** For each element of a tensor of these dimensions, the one that strides lead to. */
  static int[] indices(long[] dims, long[] strides, long offset) {
    long count = 1;
    for (long dim : dims) {
      count *= dim;
    }
    int[] indices = new int[Math.toIntExact(count)];
    long[] position = new long[dims.length];
    long at = offset;
    for (int i = 0; i < indices.length; i++) {
      indices[i] = (int) at;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++position[axis] < dims[axis]) {
          break;
        }
        at -= strides[axis] * dims[axis];
        position[axis] = 0;
      }
    }
    return indices;
  }

  private int elementBytes() {
    return switch (tensor.type()) {
      case STRING, UNDEFINED, UINT4, INT4, FLOAT4E2M1, UINT2, INT2 -> 0;
      default -> (int) tensor.type().bytes(1);
    };
  }

  /** Elements along strides: transposed, sliced, repeated. */
  Optional<Tensor> pick(long[] dims, long[] strides, long offset) {
    int size = elementBytes();
    long count = Tensor.elements(tensor.name(), ImmutableLongArray.copyOf(dims));
    if (size == 0 || count > Math.max(MOST_ELEMENTS, tensor.elements())) {
      return Optional.empty();
    }
    ByteBuffer from = tensor.bytes();
    ByteBuffer to = allocate(count * size);
    for (int index : indices(dims, strides, offset)) {
      put(from, index, size, to);
    }
    return Optional.of(
        Tensor.wrap(tensor.name(), tensor.type(), ImmutableLongArray.copyOf(dims), to.flip()));
  }

  private static void put(ByteBuffer from, int index, int size, ByteBuffer to) {
    switch (size) {
      case 1 -> to.put(from.get(index));
      case 2 -> to.putShort(from.getShort(2 * index));
      case 4 -> to.putInt(from.getInt(4 * index));
      case 8 -> to.putLong(from.getLong(8 * index));
      default -> {
        for (int i = 0; i < size; i++) {
          to.put(from.get(index * size + i));
        }
      }
    }
  }

  private static ByteBuffer allocate(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Repeats along axes of length 1, as arithmetic does. */
  Optional<Tensor> broadcast(List<Long> dims) {
    if (tensor.dims().equals(dims)) {
      return Optional.of(tensor);
    }
    long[] own = strides();
    long[] strides = new long[dims.size()];
    int added = dims.size() - own.length;
    for (int i = 0; i < own.length; i++) {
      strides[added + i] = tensor.dims().get(i) == 1 ? 0 : own[i];
    }
    return pick(Longs.toArray(dims), strides, 0);
  }

  /** Joins constants of one type, which differ in the length of an axis only. */
  static Optional<Tensor> concat(List<Elements> parts, int axis) {
    Tensor first = parts.get(0).tensor;
    int size = parts.get(0).elementBytes();
    long[] dims = Longs.toArray(first.dims());
    long outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= dims[i];
    }
    dims[axis] = 0;
    long bytes = 0;
    for (Elements part : parts) {
      dims[axis] += part.tensor.dims().get(axis);
      bytes += part.tensor.bytes().remaining();
    }
    if (size == 0 || outer == 0) {
      return Optional.empty();
    }
    ByteBuffer joined = allocate(bytes);
    for (int i = 0; i < outer; i++) {
      for (Elements part : parts) {
        ByteBuffer from = part.tensor.bytes();
        int length = from.remaining() / (int) outer;
        joined.put(from.slice(i * length, length));
      }
    }
    return Optional.of(
        Tensor.wrap(first.name(), first.type(), ImmutableLongArray.copyOf(dims), joined.flip()));
  }

  /** Turns numbers into those of another type; empty for types that are not computed here. */
  Optional<Tensor> cast(DataType type) {
    if (type == tensor.type()) {
      return Optional.of(tensor);
    }
    int count = Math.toIntExact(tensor.elements());
    boolean fromNumbers = isNumber(tensor.type());
    if (!fromNumbers && !isInteger(tensor.type())) {
      return Optional.empty();
    }
    double[] numbers = fromNumbers ? toDoubles() : new double[0];
    long[] integers = fromNumbers ? new long[0] : tensor.toLongs();
    if (type != DataType.FLOAT && type != DataType.DOUBLE && !isInteger(type)) {
      return Optional.empty();
    }
    ByteBuffer to = allocate(type.bytes(count));
    for (int i = 0; i < count; i++) {
      double number = fromNumbers ? numbers[i] : integers[i];
      long integer = fromNumbers ? (long) numbers[i] : integers[i];
      switch (type) {
        case FLOAT -> to.putFloat((float) number);
        case DOUBLE -> to.putDouble(number);
        case INT64 -> to.putLong(integer);
        case INT32 -> to.putInt((int) integer);
        case BOOL -> to.put((byte) (number == 0 ? 0 : 1));
        default -> to.put((byte) integer);
      }
    }
    return Optional.of(
        Tensor.wrap(tensor.name(), type, ImmutableLongArray.copyOf(tensor.dims()), to.flip()));
  }

  private static boolean isNumber(DataType type) {
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
      default -> false;
    };
  }

  private static boolean isInteger(DataType type) {
    return switch (type) {
      case INT64, INT32, INT8, UINT8, BOOL -> true;
      default -> false;
    };
  }

  private double[] toDoubles() {
    ByteBuffer bytes = tensor.bytes();
    double[] values = new double[Math.toIntExact(tensor.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.type()) {
            case DOUBLE -> bytes.getDouble();
            case FLOAT16 -> half(bytes.getShort());
            case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort() << 16);
            default -> bytes.getFloat();
          };
    }
    return values;
  }

  /** IEEE 754 half precision: sign, 5 bits of exponent, 10 of fraction. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double magnitude =
        switch (exponent) {
          case 0 -> Math.scalb(fraction, -24);
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb(fraction + 0x400, exponent - 25);
        };
    return bits < 0 ? -magnitude : magnitude;
  }
}

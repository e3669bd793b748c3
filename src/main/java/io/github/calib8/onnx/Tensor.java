package io.github.calib8.onnx;

import com.google.common.primitives.ImmutableLongArray;
import com.google.common.primitives.Ints;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A constant of a graph: name, element type, dimensions, and row-major little-endian data.
 *
 * <p>Immutable and thread-safe. The data of a tensor that came from a file is a view of the file's
 * bytes, not a copy.
 */
public final class Tensor {
  private final String name;
  private final DataType type;
  private final ImmutableLongArray dims;
  private final ByteBuffer data;

  private Tensor(String name, DataType type, ImmutableLongArray dims, ByteBuffer data) {
    this.name = Objects.requireNonNull(name, "name");
    this.type = type;
    this.dims = dims;
    this.data = data;
  }

  /** The data is not copied: the caller gives it away. */
  static Tensor wrap(String name, DataType type, ImmutableLongArray dims, ByteBuffer data) {
    if (!type.isNumeric()) {
      throw new OnnxException("Expected numbers in tensor '" + name + "', found type " + type);
    }
    long expected = type.bytes(elements(name, dims));
    if (data.remaining() != expected) {
      throw new OnnxException(
          "Expected %s bytes for tensor '%s' (%s %s), found %s"
              .formatted(expected, name, type, dims, data.remaining()));
    }
    return new Tensor(name, type, dims, data.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  /** The product of dimensions. */
  static long elements(String name, ImmutableLongArray dims) {
    long product = 1;
    for (int i = 0; i < dims.length(); i++) {
      if (dims.get(i) < 0) {
        throw new OnnxException(
            "Expected dimensions of 0 or more for tensor '" + name + "', found " + dims);
      }
      try {
        product = Math.multiplyExact(product, dims.get(i));
      } catch (ArithmeticException e) {
        throw new OnnxException("Tensor '" + name + "' has too many elements: " + dims, e);
      }
    }
    return product;
  }

  /**
   * A tensor of single-precision numbers.
   *
   * @param name its name
   * @param dims its dimensions; none for a scalar
   * @param values row-major values, copied
   * @return the tensor
   * @throws OnnxException if the number of values is not the product of the dimensions
   */
  public static Tensor floats(String name, List<Long> dims, float... values) {
    ByteBuffer data = allocate(4L * values.length);
    data.asFloatBuffer().put(values);
    return wrap(name, DataType.FLOAT, ImmutableLongArray.copyOf(dims), data);
  }

  /**
   * A tensor of single-precision numbers that are in memory already.
   *
   * @param name its name
   * @param dims its dimensions; none for a scalar
   * @param values little-endian row-major values; kept, so they must not change afterwards
   * @return the tensor
   * @throws OnnxException if the number of values is not the product of the dimensions
   */
  public static Tensor floats(String name, List<Long> dims, ByteBuffer values) {
    return wrap(name, DataType.FLOAT, ImmutableLongArray.copyOf(dims), values);
  }

  /**
   * A tensor of 64-bit integers.
   *
   * @param name its name
   * @param dims its dimensions; none for a scalar
   * @param values row-major values, copied
   * @return the tensor
   * @throws OnnxException if the number of values is not the product of the dimensions
   */
  public static Tensor longs(String name, List<Long> dims, long... values) {
    ByteBuffer data = allocate(8L * values.length);
    data.asLongBuffer().put(values);
    return wrap(name, DataType.INT64, ImmutableLongArray.copyOf(dims), data);
  }

  /**
   * A tensor of 32-bit integers.
   *
   * @param name its name
   * @param dims its dimensions; none for a scalar
   * @param values row-major values, copied
   * @return the tensor
   * @throws OnnxException if the number of values is not the product of the dimensions
   */
  public static Tensor ints(String name, List<Long> dims, int... values) {
    ByteBuffer data = allocate(4L * values.length);
    data.asIntBuffer().put(values);
    return wrap(name, DataType.INT32, ImmutableLongArray.copyOf(dims), data);
  }

  /**
   * A tensor of 8-bit elements.
   *
   * @param name its name
   * @param type {@link DataType#INT8}, {@link DataType#UINT8} or {@link DataType#BOOL}
   * @param dims its dimensions; none for a scalar
   * @param values row-major values, copied
   * @return the tensor
   * @throws OnnxException if the number of values is not the product of the dimensions, or the type
   *     is not of 8 bits
   */
  public static Tensor bytes(String name, DataType type, List<Long> dims, byte... values) {
    return bytes(name, type, dims, ByteBuffer.wrap(values.clone()));
  }

  /**
   * A tensor of 8-bit elements that are in memory already.
   *
   * @param name its name
   * @param type {@link DataType#INT8}, {@link DataType#UINT8} or {@link DataType#BOOL}
   * @param dims its dimensions; none for a scalar
   * @param values row-major values; kept, so they must not change afterwards
   * @return the tensor
   * @throws OnnxException if the number of values is not the product of the dimensions, or the type
   *     is not of 8 bits
   */
  public static Tensor bytes(String name, DataType type, List<Long> dims, ByteBuffer values) {
    if (type != DataType.INT8 && type != DataType.UINT8 && type != DataType.BOOL) {
      throw new OnnxException(
          "Expected INT8, UINT8 or BOOL for tensor '" + name + "', found " + type);
    }
    return wrap(name, type, ImmutableLongArray.copyOf(dims), values);
  }

  private static ByteBuffer allocate(long bytes) {
    return ByteBuffer.allocate(Ints.checkedCast(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * This tensor under another name.
   *
   * @param newName the name
   * @return a tensor that shares this one's data
   */
  public Tensor withName(String newName) {
    return new Tensor(newName, type, dims, data);
  }

  /**
   * These values with other dimensions.
   *
   * @param newDims dimensions of the same product
   * @return a tensor that shares this one's data
   * @throws OnnxException if the product differs
   */
  public Tensor withDims(List<Long> newDims) {
    return wrap(name, type, ImmutableLongArray.copyOf(newDims), data.duplicate());
  }

  /**
   * The tensor's name.
   *
   * @return the name, unique in its graph
   */
  public String name() {
    return name;
  }

  /**
   * The type of the elements.
   *
   * @return the type
   */
  public DataType type() {
    return type;
  }

  /**
   * The dimensions.
   *
   * @return the dimensions, outermost first; empty for a scalar
   */
  public List<Long> dims() {
    return dims.asList();
  }

  /**
   * The number of elements.
   *
   * @return the product of the dimensions; 1 for a scalar
   */
  public long elements() {
    return elements(name, dims);
  }

  /**
   * The values of a FLOAT tensor.
   *
   * @return a new array in row-major order
   * @throws OnnxException if the elements are of another type
   */
  public float[] toFloats() {
    FloatBuffer view = floatView();
    float[] values = new float[view.remaining()];
    view.get(values);
    return values;
  }

  /**
   * The values of a FLOAT tensor where they are.
   *
   * @return a read-only view in row-major order
   * @throws OnnxException if the elements are of another type
   */
  public FloatBuffer floatView() {
    expect(DataType.FLOAT);
    return bytes().asFloatBuffer();
  }

  /**
   * The values of a tensor of integers.
   *
   * @return a new array in row-major order
   * @throws OnnxException if the elements are not integers of 8, 32 or 64 bits
   */
  public long[] toLongs() {
    ByteBuffer bytes = bytes();
    long[] values = new long[Ints.checkedCast(elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case INT64 -> bytes.getLong();
            case INT32 -> bytes.getInt();
            case INT8 -> bytes.get();
            case UINT8, BOOL -> Byte.toUnsignedInt(bytes.get());
            default -> throw unexpected("integers");
          };
    }
    return values;
  }

  /**
   * The raw data.
   *
   * @return a read-only little-endian view of the values, row-major
   */
  public ByteBuffer bytes() {
    return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private void expect(DataType expected) {
    if (type != expected) {
      throw unexpected(expected.toString());
    }
  }

  private OnnxException unexpected(String expected) {
    return new OnnxException("Expected " + expected + " in tensor '" + name + "', found " + type);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor t
        && name.equals(t.name)
        && type == t.type
        && dims.equals(t.dims)
        && data.equals(t.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, type, dims);
  }

  @Override
  public String toString() {
    return name + " " + type + " " + Arrays.toString(dims.toArray());
  }
}

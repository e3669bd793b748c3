package io.github.calib8.tensor;

import com.google.common.math.LongMath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Numbers of float32 with a shape, row-major, in the processor's byte order, in memory outside the
 * Java heap: an engine reads them in place.
 *
 * <p>Closing it frees the memory at once; a tensor that is not closed is freed when it is
 * collected. Neither a buffer, a part nor an array of it may be used afterwards. May be handed from
 * thread to thread; who shares it must not change it.
 */
public final class FloatTensor implements AutoCloseable {
  private static final long MOST_ELEMENTS = Integer.MAX_VALUE / Float.BYTES;

  private final FloatBuffer values;
  private final long[] shape;

  /** What is freed in the end; null where the memory is another one's. */
  private @Nullable ByteBuffer memory;

  /** What is closed in the end, if this tensor was made of it, or the view that was asked for. */
  private @Nullable INDArray array;

  /** Whose memory this is a part of, if it is. */
  private final @Nullable FloatTensor whole;

  private boolean closed;

  private FloatTensor(
      FloatBuffer values,
      long[] shape,
      @Nullable ByteBuffer memory,
      @Nullable INDArray array,
      @Nullable FloatTensor whole) {
    this.values = values;
    this.shape = shape;
    this.memory = memory;
    this.array = array;
    this.whole = whole;
  }

  /**
   * Returns a tensor of zeros.
   *
   * @param shape the dimensions, none negative
   * @return the tensor, for the caller to close
   * @throws IllegalArgumentException if a dimension is negative, or the numbers take 2 GiB or more
   * @throws OutOfMemoryError if there is not so much memory outside the heap ({@code
   *     -XX:MaxDirectMemorySize}, as much as the heap by default; from Java 22 on what the system
   *     gives)
   */
  public static FloatTensor zeros(long... shape) {
    ByteBuffer memory = OffHeap.allocate(elements(shape) * Float.BYTES);
    return new FloatTensor(memory.asFloatBuffer(), shape.clone(), memory, null, null);
  }

  /**
   * Returns a tensor of the given numbers.
   *
   * @param values the numbers, row-major; copied
   * @param shape the dimensions
   * @return the tensor, for the caller to close
   * @throws IllegalArgumentException if there are not as many numbers as the shape says
   */
  public static FloatTensor of(float[] values, long... shape) {
    requireElements(values.length, shape);
    FloatTensor tensor = zeros(shape);
    tensor.values.duplicate().put(values);
    return tensor;
  }

  /**
   * Returns a tensor in the caller's memory.
   *
   * @param values a direct buffer in the processor's byte order, of which the remaining numbers
   *     count; it is not copied, and closing the tensor leaves it alone
   * @param shape the dimensions
   * @return the tensor
   * @throws IllegalArgumentException if the buffer is another one, or has not as many numbers as
   *     the shape says
   */
  public static FloatTensor of(FloatBuffer values, long... shape) {
    if (!values.isDirect() || values.order() != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException(
          "Expected a direct buffer of order %s, found %s of order %s"
              .formatted(
                  ByteOrder.nativeOrder(), values.isDirect() ? "one" : "a heap's", values.order()));
    }
    requireElements(values.remaining(), shape);
    return new FloatTensor(values.slice(), shape.clone(), null, null, null);
  }

  /**
   * Returns a tensor in the memory of ND4J's array.
   *
   * @param array float32; in another order than C's or with gaps in memory, it is copied
   * @return the tensor; closing it closes the array, or the copy if there is one, but not a view of
   *     another array
   * @throws IllegalArgumentException if the array is of another type, or on the Java heap
   */
  public static FloatTensor of(INDArray array) {
    INDArray dense = Nd4jArrays.dense(array);
    return new FloatTensor(Nd4jArrays.values(dense), dense.shape().clone(), null, dense, null);
  }

  private static int elements(long... shape) {
    long elements = 1;
    for (long dim : shape) {
      if (dim < 0) {
        throw new IllegalArgumentException(
            "Expected dimensions of 0 or more, found " + Arrays.toString(shape));
      }
      elements = LongMath.saturatedMultiply(elements, dim);
      if (elements > MOST_ELEMENTS) {
        throw new IllegalArgumentException(
            "Expected a tensor of less than 2 GiB, found float32 " + Arrays.toString(shape));
      }
    }
    return (int) elements;
  }

  private static void requireElements(int found, long... shape) {
    if (found != elements(shape)) {
      throw new IllegalArgumentException(
          "Expected %s numbers for %s, found %s"
              .formatted(elements(shape), Arrays.toString(shape), found));
    }
  }

  /**
   * Returns the dimensions.
   *
   * @return a new array, such as [N, C, H, W]
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * Returns a dimension.
   *
   * @param axis from 0
   * @return how many there are
   * @throws IndexOutOfBoundsException if the shape has no such axis
   */
  public long size(int axis) {
    return shape[axis];
  }

  /**
   * Returns the number of numbers.
   *
   * @return the product of the dimensions
   */
  public int elements() {
    return values.capacity();
  }

  /**
   * Returns the numbers.
   *
   * @return a new view of the memory, direct, from the first to the last number
   * @throws IllegalStateException if the tensor is closed
   */
  public FloatBuffer values() {
    if (isClosed()) {
      throw new IllegalStateException("Expected an open tensor, found a closed one: " + this);
    }
    return values.duplicate();
  }

  private boolean isClosed() {
    return closed || whole != null && whole.isClosed();
  }

  /**
   * Returns a copy of the numbers.
   *
   * @return a new array, row-major
   * @throws IllegalStateException if the tensor is closed
   */
  public float[] toArray() {
    float[] copy = new float[elements()];
    values().get(copy);
    return copy;
  }

  /**
   * Returns some rows: images, where there are [N, C, H, W].
   *
   * @param from the first one, from 0
   * @param to the one after the last
   * @return a tensor in the same memory, valid while this one is open; closing it frees nothing
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws IllegalStateException if the tensor is closed
   */
  public FloatTensor rows(int from, int to) {
    Objects.checkFromToIndex(from, to, Math.toIntExact(shape[0]));
    long[] part = shape.clone();
    part[0] = to - from;
    int row = shape[0] == 0 ? 0 : elements() / (int) shape[0];
    return new FloatTensor(values().slice(from * row, (to - from) * row), part, null, null, this);
  }

  /**
   * Returns ND4J's array of the same memory. Loads ND4J, if nothing else has: that takes seconds.
   *
   * @return the array that this tensor was made of, or a view, the same one each time; closing the
   *     tensor closes it
   * @throws IllegalStateException if the tensor is closed
   */
  public synchronized INDArray toINDArray() {
    FloatBuffer open = values();
    if (array == null) {
      array = Nd4jArrays.view(open, shape);
    }
    return array;
  }

  /** Frees the memory, unless it is another one's; does nothing the second time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (array != null) {
      Nd4jArrays.close(array);
    }
    if (memory != null) {
      OffHeap.free(memory);
      memory = null;
    }
  }

  /** Returns the shape, {@code float32 [25, 3, 224, 224]}. */
  @Override
  public String toString() {
    return "float32 " + Arrays.toString(shape);
  }
}

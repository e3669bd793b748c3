package io.github.calib8.tensor;

import com.google.common.base.Throwables;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The bridge to ND4J, whose classes and native library are loaded with this class. */
final class Nd4jArrays {
  private Nd4jArrays() {}

  /**
   * An array of the same memory; closing it leaves the memory alone.
   *
   * @throws IllegalStateException if this Java keeps from ND4J what it works with
   */
  static INDArray view(FloatBuffer values, long[] shape) {
    FloatPointer memory = new FloatPointer(values);
    try {
      return Nd4j.create(
          Nd4j.createBuffer(memory, values.remaining(), DataType.FLOAT),
          shape,
          Nd4j.getStrides(shape, 'c'),
          0,
          'c');
    } catch (LinkageError | NullPointerException e) {
      if (isWithoutUnsafe(e)) {
        throw new IllegalStateException(
            "Expected sun.misc.Unsafe for ND4J: Java's option --sun-misc-unsafe-memory-access=allow, and on the module path jdk.unsupported; found "
                + e,
            e);
      }
      throw e;
    }
  }

  /**
   * JavaCPP's indexers are null where it is missing, and do not start where it is denied: no array
   * shows the memory.
   */
  private static boolean isWithoutUnsafe(Throwable e) {
    return isMissingIndexer(e)
        || Throwables.getCausalChain(e).stream()
            .anyMatch(cause -> cause.toString().contains("UnsupportedOperationException"));
  }

  private static boolean isMissingIndexer(Throwable e) {
    return e instanceof NullPointerException
        && String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("indexer");
  }

  /** The array itself if its values lie in a row in C order, else a copy. */
  static INDArray dense(INDArray array) {
    if (array.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "Expected an array of float32, found %s %s"
              .formatted(
                  Arrays.toString(array.shape()),
                  array.dataType().toString().toLowerCase(Locale.ROOT)));
    }
    long expected = 1;
    boolean dense = array.ordering() == 'c';
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      dense &= array.size(axis) == 1 || array.stride(axis) == expected;
      expected *= array.size(axis);
    }
    return dense ? array : array.dup('c');
  }

  /** The values of a {@linkplain #dense dense} array in its own memory. */
  static FloatBuffer values(INDArray dense) {
    if (dense.isEmpty()) {
      return FloatBuffer.allocate(0);
    }
    FloatBuffer memory = dense.data().asNioFloat();
    if (memory == null || !memory.isDirect()) {
      throw new IllegalArgumentException(
          "Expected an array outside the Java heap, found one on it: "
              + Arrays.toString(dense.shape()));
    }
    int start = memory.position();
    return memory.limit(Math.toIntExact(start + dense.length())).slice();
  }

  static void close(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}

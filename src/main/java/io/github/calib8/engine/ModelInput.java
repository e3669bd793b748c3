package io.github.calib8.engine;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecisionEnds;
import io.github.calib8.onnx.ValueInfo;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The only input of a model: checks arrays against it, and gives their memory to the engine, which
 * runs the model with {@linkplain SinglePrecisionEnds ends of float32}.
 *
 * @param value the input as the graph declares it
 */
record ModelInput(ValueInfo value) {
  private static final List<String> AXES = List.of("images", "channels", "rows", "columns");

  private static final int LARGEST_SAMPLE = 255;

  static ModelInput of(OnnxModel model) {
    ValueInfo input = model.input();
    if (SinglePrecisionEnds.of(model).input().type() != DataType.FLOAT) {
      throw new EngineException(
          "Expected an input of float32, float16 or uint8 in model '%s', found %s for '%s'"
              .formatted(model.name(), input.type(), input.name()));
    }
    return new ModelInput(input);
  }

  String name() {
    return value.name();
  }

  /** The number of images that the model takes at once; -1 for any. */
  long batch() {
    return value.dims().isEmpty() ? ValueInfo.SYMBOLIC : value.dims().get(0);
  }

  /** A direct buffer over the array's own memory if it is dense and row-major, else over a copy. */
  FloatBuffer buffer(INDArray array) {
    check(array);
    INDArray dense = isDense(array) ? array : array.dup('c');
    FloatBuffer floats = dense.data().asNioFloat();
    if (floats == null || !floats.isDirect()) {
      throw new IllegalArgumentException(
          "Expected an off-heap array for input %s, found one on the Java heap".formatted(this));
    }
    int start = floats.position();
    FloatBuffer values = floats.limit(Math.toIntExact(start + dense.length())).slice();
    if (value.type() == DataType.UINT8) {
      requireSamples(values);
    }
    return values;
  }

  private void requireSamples(FloatBuffer values) {
    for (int i = 0; i < values.limit(); i++) {
      float found = values.get(i);
      if (!(found >= 0 && found <= LARGEST_SAMPLE && found == (int) found)) {
        throw new IllegalArgumentException(
            "Expected whole numbers of 0 to 255 for input %s of uint8, found %s"
                .formatted(this, found));
      }
    }
  }

  private void check(INDArray array) {
    if (array.dataType() != org.nd4j.linalg.api.buffer.DataType.FLOAT) {
      throw new IllegalArgumentException(
          "Expected float32 for input %s, found %s"
              .formatted(this, array.dataType().toString().toLowerCase(Locale.ROOT)));
    }
    List<Long> dims = value.dims();
    long[] shape = array.shape();
    if (dims.isEmpty()) {
      return; // The model does not say: the engine checks.
    }
    if (shape.length != dims.size()) {
      throw new IllegalArgumentException(
          "Expected %s dimensions for input %s, found %s"
              .formatted(dims.size(), this, Arrays.toString(shape)));
    }
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 0) {
        throw new IllegalArgumentException(
            "Expected 1 or more %s for input %s, found 0".formatted(axis(i), this));
      }
      if (dims.get(i) != ValueInfo.SYMBOLIC && dims.get(i) != shape[i]) {
        throw new IllegalArgumentException(
            "Expected %s %s for input %s, found %s"
                .formatted(dims.get(i), axis(i), this, shape[i]));
      }
    }
  }

  private String axis(int index) {
    if (value.dims().size() == AXES.size()) {
      return AXES.get(index);
    }
    return "elements in dimension " + index;
  }

  private static boolean isDense(INDArray array) {
    if (array.ordering() != 'c') {
      return false;
    }
    long expected = 1;
    for (int i = array.rank() - 1; i >= 0; i--) {
      if (array.size(i) != 1 && array.stride(i) != expected) {
        return false;
      }
      expected *= array.size(i);
    }
    return true;
  }

  /** {@code 'data' [N,3,224,224]}. */
  @Override
  public String toString() {
    String text = value.toString();
    int name = value.name().length();
    return "'" + text.substring(0, name) + "'" + text.substring(name);
  }
}

package io.github.calib8.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecisionEnds;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.tensor.FloatTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

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

  /**
   * The images as a tensor of the engine in the same memory, to be closed by the caller.
   *
   * @throws IllegalArgumentException if the shape is not the model's, or values are none that its
   *     type has
   */
  OnnxTensor tensor(FloatTensor images) throws OrtException {
    require(images);
    return OnnxTensor.createTensor(OnnxRuntime.environment(), images.values(), images.shape());
  }

  /**
   * Checks images.
   *
   * @throws IllegalArgumentException if the shape is not the model's, or values are none that its
   *     type has
   */
  void require(FloatTensor images) {
    check(images.shape());
    if (value.type() == DataType.UINT8) {
      requireSamples(images.values());
    }
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

  private void check(long[] shape) {
    List<Long> dims = value.dims();
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

  /** {@code 'data' [N,3,224,224]}. */
  @Override
  public String toString() {
    String text = value.toString();
    int name = value.name().length();
    return "'" + text.substring(0, name) + "'" + text.substring(name);
  }
}

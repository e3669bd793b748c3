package io.github.calib8.calibration;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import java.nio.FloatBuffer;

/** Refuses a model whose constants hold NaN or infinity: they spoil every image alike. */
final class FiniteWeights {
  private FiniteWeights() {}

  static void require(OnnxModel model) {
    for (Tensor tensor : model.initializers().values()) {
      if (tensor.type() == DataType.FLOAT) {
        require(model, tensor);
      }
    }
  }

  private static void require(OnnxModel model, Tensor tensor) {
    FloatBuffer values = tensor.bytes().asFloatBuffer();
    float[] chunk = new float[Math.min(1 << 12, values.remaining())];
    while (values.hasRemaining()) {
      int from = values.position();
      int length = Math.min(chunk.length, values.remaining());
      values.get(chunk, 0, length);
      for (int i = 0; i < length; i++) {
        if (!Float.isFinite(chunk[i])) {
          throw new CalibrationException(
              "Expected finite weights in initializer '%s' of model '%s', found %s at element %s"
                  .formatted(tensor.name(), model.name(), chunk[i], from + i));
        }
      }
    }
  }
}

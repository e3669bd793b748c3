package io.github.calib8.evaluation;

import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Target;
import io.github.calib8.scale.Int8Metadata;

/**
 * An FP32 classifier and its INT8 form, to be compared under one name.
 *
 * <p>Immutable, and so safe for use by several threads.
 *
 * @param name the name in reports, such as {@code ResNet-50}
 * @param fp32 the model before quantization
 * @param int8 the model after quantization; same input and output shapes
 */
public record ModelPair(String name, OnnxModel fp32, OnnxModel int8) {
  /** Whether the INT8 model is for the integer kernels of this engine; not so for TensorRT. */
  boolean isForCpu() {
    return !int8.metadata().containsKey(Int8Metadata.TARGET)
        || Target.of(int8).filter(Target::isOnnxRuntime).isPresent();
  }
}

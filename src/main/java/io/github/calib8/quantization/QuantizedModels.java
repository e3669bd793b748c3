package io.github.calib8.quantization;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import java.util.Optional;

/** What becomes of a model that is given for an FP32 one and holds quantized operators already. */
public enum QuantizedModels {
  /** It is an error: what its INT8 form loses would be told from what has lost before. */
  REFUSE,
  /** It is taken for an FP32 model. */
  ALLOW;

  /**
   * Fails if a model is quantized and that is not allowed.
   *
   * @param fp32 the model that is given for an FP32 one
   * @throws OnnxException naming the model and its first operator on quantized integers
   */
  public void check(OnnxModel fp32) {
    Optional<Node> node = this == ALLOW ? Optional.empty() : fp32.quantizedNode();
    if (node.isPresent()) {
      throw new OnnxException(
          "Expected an FP32 model, found one that is quantized already (%s); --allow-quantized, withQuantizedModels(ALLOW) takes it all the same: '%s'"
              .formatted(node.orElseThrow(), fp32.name()));
    }
  }
}

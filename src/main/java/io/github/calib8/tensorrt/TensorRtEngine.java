package io.github.calib8.tensorrt;

import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ExecutionProvider;
import io.github.calib8.engine.ModelEngine;
import io.github.calib8.engine.OpenModel;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.Internal;
import io.github.calib8.work.ProgressListener;
import java.util.List;

/** TensorRT, as an engine. Stateless, and so safe for use by several threads. */
@Internal
public final class TensorRtEngine implements ModelEngine {
  /** For the service loader. */
  public TensorRtEngine() {}

  @Override
  public boolean computesBy(ExecutionProvider provider) {
    return provider == ExecutionProvider.TENSORRT;
  }

  @Override
  public OpenModel open(OnnxModel model, EngineOptions options, ProgressListener progress) {
    TensorRt gpu = TensorRt.on(options.device().id());
    requireTakes(model);
    return new TensorRtModel(gpu, model.name(), gpu.engine(model, options, progress), options);
  }

  /** Fails with a line where TensorRT would refuse a model with many. */
  static void requireTakes(OnnxModel model) {
    List<Long> dims = model.input().dims();
    if (dims.isEmpty() || dims.subList(1, dims.size()).contains(ValueInfo.SYMBOLIC)) {
      throw new EngineException(
          "Expected an input of fixed size, but for the batch, in model '%s' for TensorRT, found %s"
              .formatted(model.name(), model.input()));
    }
    for (Node node : model.nodes()) {
      if (OperatorTraits.of(node).dequantizes() && node.inputs().size() > 2) {
        Tensor zeroPoint = model.initializers().get(node.inputs().get(2));
        if (zeroPoint != null && zeroPoint.type() == DataType.UINT8) {
          throw new EngineException(
              "Expected a model whose integers are INT8 for TensorRT, found UINT8 at node '%s' of '%s': quantize it with --target tensorrt (Quantizer.forTensorRt)"
                  .formatted(node.name(), model.name()));
        }
      }
    }
  }

  @Override
  public String describe(Device device) {
    return TensorRt.on(device.id()).describe() + " (" + device + ")";
  }
}

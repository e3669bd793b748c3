package io.github.calib8.engine;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The engine's own graph of a model, whose outputs stay in the layout that the engine computes in.
 *
 * <p>On x86 that is NCHW with 8 or 16 channels side by side, and each output is copied to row-major
 * order behind it. Whoever asks for many outputs and does not mind their order can do without the
 * copies.
 *
 * @param model the engine's graph, to be run as it is
 * @param names what each output of the original model is called here, in its order
 */
record BlockedOutputs(OnnxModel model, Map<String, String> names) {
  private static final String DOMAIN = "com.microsoft.nchwc";

  /** A multiple of every block: such tensors have no channels beyond their own. */
  private static final int BLOCKS = 16;

  /**
   * Takes the copies off.
   *
   * @param optimized what the engine made of a model
   */
  static BlockedOutputs of(OnnxModel optimized) {
    Map<String, String> names = new LinkedHashMap<>();
    for (ValueInfo output : optimized.outputs()) {
      names.put(
          output.name(),
          optimized
              .producer(output.name())
              .filter(BlockedOutputs::copiesAll)
              .map(copy -> copy.inputs().get(0))
              .orElse(output.name()));
    }
    List<ValueInfo> outputs =
        names.values().stream()
            .distinct()
            .map(name -> new ValueInfo(name, DataType.FLOAT, List.of()))
            .toList();
    return new BlockedOutputs(optimized.edit().outputs(outputs).build(), names);
  }

  private static boolean copiesAll(Node node) {
    return node.opType().equals("ReorderOutput")
        && node.domain().equals(DOMAIN)
        && node.intAttribute("channels", 1) % BLOCKS == 0;
  }
}

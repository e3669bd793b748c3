package io.github.calib8.cli;

import io.github.calib8.quantization.QuantizedModels;
import picocli.CommandLine.Option;

/** Whether what is given as an FP32 model may hold operators on quantized integers. */
final class QuantizedOption {

  @Option(
      names = "--allow-quantized",
      description =
          "Take a model that holds quantized operators already for an FP32 one. Default: it is an error.")
  private boolean allowed;

  QuantizedModels models() {
    return allowed ? QuantizedModels.ALLOW : QuantizedModels.REFUSE;
  }
}

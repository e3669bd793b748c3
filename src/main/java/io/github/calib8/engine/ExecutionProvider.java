package io.github.calib8.engine;

import ai.onnxruntime.OrtProvider;
import java.util.Locale;

/**
 * What computes a model inside the engine.
 *
 * @see <a href="https://onnxruntime.ai/docs/execution-providers/">Execution providers of ONNX
 *     Runtime</a>
 */
public enum ExecutionProvider {
  /** The processor. */
  CPU(OrtProvider.CPU),
  /** An NVIDIA GPU through CUDA and cuDNN; it has no kernels for most INT8 operators. */
  CUDA(OrtProvider.CUDA),
  /**
   * An NVIDIA GPU through TensorRT; what TensorRT does not take is left to {@link #CUDA} on the
   * same GPU.
   */
  TENSORRT(OrtProvider.TENSOR_RT);

  private final OrtProvider ort;

  ExecutionProvider(OrtProvider ort) {
    this.ort = ort;
  }

  /**
   * The name in options and reports.
   *
   * @return the name in lower case, such as {@code tensorrt}
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The engine's own name for it. */
  OrtProvider ort() {
    return ort;
  }
}

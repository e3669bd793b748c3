package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import io.github.calib8.work.Internal;
import java.util.List;

/**
 * A GPU and its driver. A value; immutable and thread-safe.
 *
 * @param ordinal its number, from 0
 * @param name as NVIDIA gives it, such as {@code NVIDIA H200}
 * @param capability the compute capability as text, such as {@code 9.0}
 * @param driver the newest CUDA that the driver runs, such as {@code 13.0}
 */
@Internal
public record Gpu(int ordinal, String name, String capability, String driver) {
  /**
   * Those for which TensorRT 10.6 has kernels on this platform.
   *
   * @see <a
   *     href="https://docs.nvidia.com/deeplearning/tensorrt/archives/tensorrt-1060/pdf/TensorRT-Support-Matrix-Guide.pdf">TensorRT
   *     10.6 Support Matrix</a>
   */
  static final List<String> CAPABILITIES = List.of("7.5", "8.0", "8.6", "8.9", "9.0");

  /** TensorRT 10.6 brings CUDA 12.6, which runs on the driver of any CUDA 12 or later. */
  static final int LEAST_CUDA = 12;

  /** Fails with a line if TensorRT's builder would not find kernels, or no driver for them. */
  void requireSupported() {
    if (Integer.parseInt(driver.substring(0, driver.indexOf('.'))) < LEAST_CUDA) {
      throw new EngineException(
          "Expected an NVIDIA driver for CUDA %s.0 or later, found one for CUDA %s: TensorRT %s needs driver 525 or later"
              .formatted(LEAST_CUDA, driver, Libraries.VERSION));
    }
    if (!CAPABILITIES.contains(capability)) {
      throw new EngineException(
          "Expected a GPU of compute capability %s for TensorRT %s, found %s (%s)"
              .formatted(String.join(", ", CAPABILITIES), Libraries.VERSION, capability, name));
    }
  }

  /** {@code NVIDIA H200}. */
  @Override
  public String toString() {
    return name;
  }
}

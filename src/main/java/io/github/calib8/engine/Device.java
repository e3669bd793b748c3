package io.github.calib8.engine;

import java.util.Objects;

/**
 * One of the machine's devices, and how the engine uses it.
 *
 * <p>Immutable and thread-safe. Whether it is there shows when a session is opened.
 *
 * @param provider what computes
 * @param id which of the provider's devices, from 0; the processor is 0
 */
public record Device(ExecutionProvider provider, int id) {
  /** Checks the values. */
  public Device {
    Objects.requireNonNull(provider, "provider");
    if (id < 0 || (provider == ExecutionProvider.CPU && id > 0)) {
      throw new IllegalArgumentException(
          "Expected a device id of %s for '%s', found %s"
              .formatted(provider == ExecutionProvider.CPU ? "0" : "0 or more", provider.id(), id));
    }
  }

  /**
   * The processor.
   *
   * @return the device
   */
  public static Device cpu() {
    return new Device(ExecutionProvider.CPU, 0);
  }

  /**
   * An NVIDIA GPU through CUDA.
   *
   * @param id the GPU's number, from 0
   * @return the device
   */
  public static Device cuda(int id) {
    return new Device(ExecutionProvider.CUDA, id);
  }

  /**
   * An NVIDIA GPU through ONNX Runtime and TensorRT, of which ONNX Runtime for GPUs and CUDA's
   * libraries are needed as well.
   *
   * @param id the GPU's number, from 0
   * @return the device
   */
  public static Device ortTensorRt(int id) {
    return new Device(ExecutionProvider.ORT_TENSORRT, id);
  }

  /**
   * An NVIDIA GPU through TensorRT itself.
   *
   * @param id the GPU's number, from 0
   * @return the device
   */
  public static Device tensorRt(int id) {
    return new Device(ExecutionProvider.TENSORRT, id);
  }

  /** {@code cpu}, {@code cuda:1}. */
  @Override
  public String toString() {
    return provider == ExecutionProvider.CPU ? provider.id() : provider.id() + ":" + id;
  }
}

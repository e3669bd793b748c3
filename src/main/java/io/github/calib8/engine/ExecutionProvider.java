package io.github.calib8.engine;

import ai.onnxruntime.OrtProvider;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What computes a model inside the engine.
 *
 * @see <a href="https://onnxruntime.ai/docs/execution-providers/">Execution providers of ONNX
 *     Runtime</a>
 */
public enum ExecutionProvider {
  /** The processor. */
  CPU(OrtProvider.CPU, FloatPrecision.FP32),
  /**
   * An NVIDIA GPU through ONNX Runtime, CUDA and cuDNN; it has no kernels for most INT8 operators.
   */
  CUDA(OrtProvider.CUDA, FloatPrecision.FP32, FloatPrecision.TF32),
  /** An NVIDIA GPU through TensorRT itself, without ONNX Runtime and CUDA's libraries. */
  TENSORRT(null, FloatPrecision.values()),
  /**
   * An NVIDIA GPU through ONNX Runtime and TensorRT; what TensorRT does not take is left to {@link
   * #CUDA} on the same GPU. Floating point is TF32.
   */
  ORT_TENSORRT(OrtProvider.TENSOR_RT, FloatPrecision.TF32, FloatPrecision.FP16);

  private final @Nullable OrtProvider ort;
  private final List<FloatPrecision> precisions;

  ExecutionProvider(@Nullable OrtProvider ort, FloatPrecision... precisions) {
    this.ort = ort;
    this.precisions = List.of(precisions);
  }

  /**
   * The name in options and reports.
   *
   * @return the name in lower case, such as {@code ort-tensorrt}
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** ONNX Runtime's own name for it; empty where that is not what runs the model. */
  Optional<OrtProvider> ort() {
    return Optional.ofNullable(ort);
  }

  /**
   * The precision where none is asked for.
   *
   * @return FP32 where there is a choice
   */
  public FloatPrecision defaultPrecision() {
    return precisions.get(0);
  }

  /**
   * Fails if what is in floating point cannot be computed so.
   *
   * @param precision how
   * @throws EngineException if so; says what can be
   */
  public void require(FloatPrecision precision) {
    if (!precisions.contains(precision)) {
      throw new EngineException(
          "Expected floating point of '%s' in %s, found %s"
              .formatted(
                  id(),
                  precisions.stream().map(FloatPrecision::id).collect(Collectors.joining(" or ")),
                  precision.id()));
    }
  }
}

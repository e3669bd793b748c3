package io.github.calib8.evaluation;

import java.util.OptionalLong;

/**
 * What was measured: which models, and what images became before they saw them.
 *
 * <p>Immutable, and so safe for use by several threads.
 *
 * @param preprocessing the text of every parameter of the preprocessing
 * @param fp32Sha256 what identifies the FP32 model, 64 hexadecimal digits
 * @param int8Sha256 what identifies the INT8 model
 * @param fp32Bytes the size of the FP32 model as one ONNX file; empty if that is not known
 * @param int8Bytes the size of the INT8 model as one ONNX file; empty if that is not known
 */
public record MeasuredModels(
    String preprocessing,
    String fp32Sha256,
    String int8Sha256,
    OptionalLong fp32Bytes,
    OptionalLong int8Bytes) {

  /**
   * Returns these models with their sizes.
   *
   * @param fp32 the bytes of the FP32 model
   * @param int8 the bytes of the INT8 model
   * @return the same models
   */
  public MeasuredModels withBytes(long fp32, long int8) {
    return new MeasuredModels(
        preprocessing, fp32Sha256, int8Sha256, OptionalLong.of(fp32), OptionalLong.of(int8));
  }
}

package io.github.calib8.quantization;

import io.github.calib8.scale.QuantizationParameters;
import java.util.Locale;
import java.util.Optional;

/**
 * The scales that ONNX Runtime's integer kernels average between. QLinearGlobalAveragePool refuses
 * an input's scale by the output's and by the size of a channel that is below 2^-32 or from 256 on,
 * when it first computes, and so does QLinearAveragePool of a whole channel; of smaller windows it
 * rounds to 32 bits before it clips, so that what is far too large becomes the least integer.
 *
 * <p>The bounds here hold for channels of any size that the kernel takes, 1 to 2^24 - 1 values: the
 * graph need not tell. Beyond them the output is one integer for next to all that is averaged, or
 * the input's rounding errors.
 *
 * @see <a
 *     href="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/mlas/lib/qlgavgpool.cpp">ONNX
 *     Runtime's check, {@code CheckQLinearGlobalAveragePoolScaleAndSize}</a>
 */
final class PoolingScales {
  private static final float LEAST = 0x1p-8f;
  private static final float BOUND = 0x1p8f;

  private PoolingScales() {}

  /** Why the kernels cannot average from one scale to another; empty if they can. */
  static Optional<String> obstacle(QuantizationParameters input, QuantizationParameters output) {
    float ratio = input.scale() / output.scale();
    return ratio >= LEAST && ratio < BOUND
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "an average's input has %.2g times its output's scale, and integer kernels take 1/256 to 256 times",
                ratio));
  }
}

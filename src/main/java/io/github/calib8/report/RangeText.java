package io.github.calib8.report;

import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import io.github.calib8.work.Internal;
import java.util.function.DoubleFunction;

/**
 * What a tensor's integers stand for, in words.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
@Internal
public final class RangeText {
  private RangeText() {}

  /**
   * The threshold, or both ends of a range with zero in between.
   *
   * @param entry the tensor's entry of a table
   * @param figure how a number is written
   * @return such as {@code 5.2}, or {@code -0.28 to 5.2}
   */
  public static String limits(TensorCalibration entry, DoubleFunction<String> figure) {
    QuantizationParameters parameters = entry.parameters();
    return parameters.isAsymmetric()
        ? figure.apply(parameters.low()) + " to " + figure.apply(parameters.high())
        : figure.apply(entry.threshold());
  }

  /**
   * The integers.
   *
   * @param entry the tensor's entry of a table
   * @return such as {@code INT8}, or {@code UINT8, zero point 13}
   */
  public static String type(TensorCalibration entry) {
    QuantizationParameters parameters = entry.parameters();
    return parameters.isAsymmetric()
        ? parameters.type() + ", zero point " + parameters.zeroPoint()
        : parameters.type().toString();
  }

  /** The limits behind the word for what they are. */
  static String named(TensorCalibration entry, DoubleFunction<String> figure) {
    String word = entry.parameters().isAsymmetric() ? "range " : "threshold ";
    return word + limits(entry, figure);
  }
}

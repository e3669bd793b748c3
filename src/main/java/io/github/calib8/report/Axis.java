package io.github.calib8.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to places along an axis.
 *
 * @param from the value at the start
 * @param to the value at the end, another one
 * @param start the place of the first
 * @param end the place of the second
 */
record Axis(double from, double to, double start, double end) {

  private static final List<Double> STEPS = List.of(1.0, 2.0, 5.0, 10.0);

  /** A value and the text beside it. */
  record Tick(double value, String label) {}

  double at(double value) {
    return start + (value - from) / (to - from) * (end - start);
  }

  /** Round values within the axis, about as many as asked for. */
  List<Tick> ticks(int about) {
    double rough = (to - from) / about;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = STEPS.stream().filter(s -> s * power >= rough).findFirst().orElse(10.0) * power;
    List<Tick> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
      ticks.add(new Tick(i * step, label(i, step)));
    }
    return ticks;
  }

  private static String label(long i, double step) {
    BigDecimal exact =
        new BigDecimal(step).round(new MathContext(1)).multiply(BigDecimal.valueOf(i));
    if (exact.signum() == 0) {
      return "0";
    }
    BigDecimal plain = exact.stripTrailingZeros();
    // Beyond these, all digits would not fit beside an axis.
    return plain.scale() > 4 || plain.precision() - plain.scale() > 5
        ? plain.unscaledValue() + "e" + -plain.scale()
        : plain.toPlainString();
  }
}

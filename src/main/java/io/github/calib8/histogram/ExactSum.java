package io.github.calib8.histogram;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The exact sum of float32 numbers: the same whatever their order, and however sums of parts are
 * merged. Not thread-safe.
 *
 * @see <a href="https://doi.org/10.1007/978-3-7091-8751-4">U. Kulisch: the exact dot product</a>
 */
final class ExactSum {
  /** The unit in which all float32 numbers are whole: 2 to the power of minus this. */
  private static final int UNIT = 149;

  private static final BigDecimal UNITS = new BigDecimal(BigInteger.TWO.pow(UNIT));

  /** Digits of 32 bits: 277 bits hold every float32, 63 more as many numbers as can be counted. */
  private static final int DIGITS = 11;

  private static final int DIGIT_BITS = Integer.SIZE;
  private static final long DIGIT = (1L << DIGIT_BITS) - 1;

  /** A number adds less than 2^32 to a digit, whose 64 bits so hold this many. */
  private static final int MOST_PENDING = 1 << 30;

  private static final int FRACTION_BITS = 23;

  /** In units, the lowest digit first; all but the last are from 0 to {@link #DIGIT} if carried. */
  private final long[] digits = new long[DIGITS];

  private int pending;

  /** Adds a finite number. */
  void add(float value) {
    int bits = Float.floatToRawIntBits(value);
    int exponent = bits >>> FRACTION_BITS & 0xff;
    long fraction = bits & (1 << FRACTION_BITS) - 1;
    int shift = exponent == 0 ? 0 : exponent - 1;
    long shifted =
        (exponent == 0 ? fraction : fraction | 1 << FRACTION_BITS) << (shift & DIGIT_BITS - 1);
    int digit = shift / DIGIT_BITS;
    if (bits >= 0) {
      digits[digit] += shifted & DIGIT;
      digits[digit + 1] += shifted >>> DIGIT_BITS;
    } else {
      digits[digit] -= shifted & DIGIT;
      digits[digit + 1] -= shifted >>> DIGIT_BITS;
    }
    if (++pending == MOST_PENDING) {
      carry();
    }
  }

  void merge(ExactSum other) {
    carry();
    other.carry();
    for (int i = 0; i < DIGITS; i++) {
      digits[i] += other.digits[i];
    }
    carry();
  }

  private void carry() {
    for (int i = 0; i + 1 < DIGITS; i++) {
      digits[i + 1] += digits[i] >> DIGIT_BITS;
      digits[i] &= DIGIT;
    }
    pending = 0;
  }

  /** The sum in units. */
  BigInteger units() {
    carry();
    BigInteger sum = BigInteger.valueOf(digits[DIGITS - 1]);
    for (int i = DIGITS - 2; i >= 0; i--) {
      sum = sum.shiftLeft(DIGIT_BITS).add(BigInteger.valueOf(digits[i]));
    }
    return sum;
  }

  static ExactSum ofUnits(BigInteger units) {
    ExactSum sum = new ExactSum();
    BigInteger rest = units;
    for (int i = 0; i + 1 < DIGITS; i++) {
      sum.digits[i] = rest.longValue() & DIGIT;
      rest = rest.shiftRight(DIGIT_BITS);
    }
    sum.digits[DIGITS - 1] = rest.longValueExact();
    return sum;
  }

  /** The sum itself. */
  BigDecimal value() {
    return new BigDecimal(units()).divide(UNITS);
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof ExactSum that)) {
      return false;
    }
    carry();
    that.carry();
    return Arrays.equals(digits, that.digits);
  }

  @Override
  public int hashCode() {
    carry();
    return Arrays.hashCode(digits);
  }
}

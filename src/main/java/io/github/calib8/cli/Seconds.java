package io.github.calib8.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time. */
final class Seconds implements ITypeConverter<Duration> {

  private static final double NANOS = 1e9;

  @Override
  public Duration convert(String value) {
    if (!value.matches("\\d{1,9}(\\.\\d+)?")) {
      throw new TypeConversionException(
          "Expected a number of seconds, 0 or more, found '" + value + "'");
    }
    return Duration.ofNanos(Math.round(Double.parseDouble(value) * NANOS));
  }
}

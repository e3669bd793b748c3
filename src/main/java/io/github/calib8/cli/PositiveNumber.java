package io.github.calib8.cli;

import com.google.common.primitives.Ints;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a whole number of 1 or more. */
final class PositiveNumber implements ITypeConverter<Integer> {

  @Override
  public Integer convert(String value) {
    Integer number = Ints.tryParse(value);
    if (number == null || number < 1) {
      throw new TypeConversionException(
          "Expected a whole number of 1 or more, found '" + value + "'");
    }
    return number;
  }
}

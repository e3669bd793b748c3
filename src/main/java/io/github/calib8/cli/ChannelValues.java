package io.github.calib8.cli;

import com.google.common.primitives.Floats;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One number for all channels, or one for each.
 *
 * @param numbers as they were given
 */
record ChannelValues(List<Float> numbers) {

  /** One number for each channel; as many as were given, if that was more than one. */
  float[] of(int channels) {
    return Floats.toArray(
        numbers.size() == 1 ? Collections.nCopies(channels, numbers.get(0)) : numbers);
  }

  /** Reads a number. */
  static final class Number implements ITypeConverter<Float> {

    @Override
    public Float convert(String value) {
      Float number = Floats.tryParse(value);
      if (number == null) {
        throw new TypeConversionException("Expected a number, found '" + value + "'");
      }
      return number;
    }
  }

  /** Reads numbers with commas between them. */
  static final class Numbers implements ITypeConverter<ChannelValues> {

    @Override
    public ChannelValues convert(String value) {
      List<Float> numbers = Arrays.stream(value.split(",", -1)).map(Floats::tryParse).toList();
      if (numbers.contains(null)) {
        throw new TypeConversionException(
            "Expected a number, or one for each channel with commas between them, found '"
                + value
                + "'");
      }
      return new ChannelValues(numbers);
    }
  }
}

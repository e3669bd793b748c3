package io.github.calib8.cli;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/** Reads one of several names. */
final class Choice {

  private Choice() {}

  /**
   * Finds what a name stands for.
   *
   * @param id the name of each choice
   * @throws TypeConversionException if it is the name of none; the message lists them all
   */
  static <T> T named(String name, T[] choices, Function<T, String> id) {
    return Arrays.stream(choices)
        .filter(choice -> id.apply(choice).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    Arrays.stream(choices)
                        .map(id)
                        .collect(
                            Collectors.joining(
                                ", ", "Expected one of ", ", found '" + name + "'"))));
  }
}

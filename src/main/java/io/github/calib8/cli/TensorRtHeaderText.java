package io.github.calib8.cli;

import io.github.calib8.scale.TensorRtHeader;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a cache's header. */
final class TensorRtHeaderText implements ITypeConverter<TensorRtHeader> {

  @Override
  public TensorRtHeader convert(String value) {
    try {
      return TensorRtHeader.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}

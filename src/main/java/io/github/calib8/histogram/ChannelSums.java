package io.github.calib8.histogram;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Exact sums of a tensor's channels, as many as there are once the first image came. */
final class ChannelSums {
  /** More than any sum has: 11 digits of 32 bits, and a sign. */
  private static final int MOST_BYTES = 48;

  private final List<ExactSum> sums = new ArrayList<>();

  /** How many values each channel has. */
  private long count;

  /**
   * Adds images.
   *
   * @param values [images, channels, ...], or [images, ..., channels], row-major
   */
  synchronized void add(FloatBuffer values, int images, int channels, boolean last) {
    prepare(channels);
    FloatBuffer source = values.duplicate();
    int each = source.remaining() / images / channels;
    // How many values of a channel are in a row.
    int together = last ? 1 : each;
    float[] image = new float[each * channels];
    for (int i = 0; i < images; i++) {
      source.get(image);
      for (int from = 0; from < image.length; from += together) {
        ExactSum sum = sums.get(from / together % channels);
        for (int at = from; at < from + together; at++) {
          if (Float.isFinite(image[at])) {
            sum.add(image[at]);
          }
        }
      }
    }
    count += (long) images * each;
  }

  private void prepare(int channels) {
    if (sums.isEmpty()) {
      IntStream.range(0, channels).forEach(i -> sums.add(new ExactSum()));
    }
    if (sums.size() != channels) {
      throw new IllegalArgumentException(
          "Expected sums of %s channels, found %s".formatted(sums.size(), channels));
    }
  }

  void merge(ChannelSums other) {
    if (other.sums.isEmpty()) {
      return;
    }
    prepare(other.sums.size());
    for (int i = 0; i < sums.size(); i++) {
      sums.get(i).merge(other.sums.get(i));
    }
    count += other.count;
  }

  /** A mean a channel, rounded once; none before there was an image. */
  List<Double> means() {
    return sums.stream()
        .map(
            sum ->
                sum.value()
                    .divide(BigDecimal.valueOf(Math.max(1, count)), MathContext.DECIMAL128)
                    .doubleValue())
        .toList();
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeLong(count);
    out.writeInt(sums.size());
    for (ExactSum sum : sums) {
      byte[] units = sum.units().toByteArray();
      out.writeByte(units.length);
      out.write(units);
    }
  }

  static ChannelSums readFrom(DataInput in) throws IOException {
    ChannelSums read = new ChannelSums();
    read.count = in.readLong();
    int channels = in.readInt();
    if (read.count < 0 || channels < 0) {
      throw new IOException(
          "Expected sums of channels, found %s of %s values".formatted(channels, read.count));
    }
    for (int i = 0; i < channels; i++) {
      int length = in.readUnsignedByte();
      if (length == 0 || length > MOST_BYTES) {
        throw new IOException("Expected a sum of 1 to 48 bytes, found " + length);
      }
      byte[] units = new byte[length];
      in.readFully(units);
      read.sums.add(ExactSum.ofUnits(new BigInteger(units)));
    }
    return read;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChannelSums that && count == that.count && sums.equals(that.sums);
  }

  @Override
  public int hashCode() {
    return sums.hashCode();
  }
}

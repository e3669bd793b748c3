package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;
import io.github.calib8.work.Internal;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Version 1, big-endian:
 *
 *   bytes  content
 *   4      magic "C8TS"
 *   1      version, 1
 *   1      what is there: 1 channel means; the magnitudes always are
 *   rest   the histograms of the first and of the second half of the images (in the layout of Histogram); if there are
 *          channel means: how many values each channel has (8), the number of channels (4; 0 where they cannot be told apart),
 *          for each its sum in units of 2^-149: length in bytes (1), two's complement
 */
/**
 * Accumulates what was asked for of a tensor, over any number of images: a histogram for each half
 * of them, which add up to that of all, and whatever else.
 *
 * <p>The state depends on the set of images alone, whatever their order and however partial
 * statistics were merged. Where a tensor's values cannot be told apart by image, all are in the
 * first half. Not thread-safe, but for {@link #addChannels}.
 */
@Internal
public final class TensorStatistics {
  private static final int MAGIC = 0x43385453; // "C8TS"
  private static final int VERSION = 1;
  private static final int CHANNEL_MEANS = 1;

  private final Histogram first;
  private final Histogram second;
  private final @Nullable ChannelSums channels;

  private TensorStatistics(Histogram first, Histogram second, @Nullable ChannelSums channels) {
    this.first = first;
    this.second = second;
    this.channels = channels;
  }

  /** Starts with no image; {@link Statistic#MAGNITUDES} are gathered in any case. */
  public static TensorStatistics empty(Set<Statistic> gathered) {
    return new TensorStatistics(
        new Histogram(),
        new Histogram(),
        gathered.contains(Statistic.CHANNEL_MEANS) ? new ChannelSums() : null);
  }

  /** Statistics of magnitudes alone; takes ownership of the histograms. */
  public static TensorStatistics of(Histogram first, Histogram second) {
    return new TensorStatistics(first, second, null);
  }

  /** Returns what is gathered. */
  public Set<Statistic> gathered() {
    return Collections.unmodifiableSet(
        channels == null ? EnumSet.of(Statistic.MAGNITUDES) : EnumSet.allOf(Statistic.class));
  }

  /** Returns the histogram of a half of the images, to add to. */
  public Histogram half(boolean inSecond) {
    return inSecond ? second : first;
  }

  /**
   * Adds images to the means of channels, if these are gathered; several threads may.
   *
   * @param values [images, channels, ...], or with the channels last, row-major
   * @param images how many
   * @param count how many channels
   * @param last whether the channels are the last dimension
   */
  public void addChannels(FloatBuffer values, int images, int count, boolean last) {
    if (channels != null) {
      channels.add(values, images, count, last);
    }
  }

  /** Returns a histogram of its own of all images. */
  public Histogram whole() {
    Histogram whole = first.copy();
    whole.merge(second);
    return whole;
  }

  /** Returns a mean a channel; empty if none were gathered, or channels cannot be told apart. */
  public List<Double> channelMeans() {
    return channels == null ? List.of() : channels.means();
  }

  /**
   * Adds another tensor's values or other images', each to its own half.
   *
   * @throws IllegalArgumentException if something else was gathered
   */
  public void merge(TensorStatistics other) {
    if (!gathered().equals(other.gathered())) {
      throw new IllegalArgumentException(
          "Expected statistics of %s, found %s".formatted(gathered(), other.gathered()));
    }
    first.merge(other.first);
    second.merge(other.second);
    if (channels != null && other.channels != null) {
      channels.merge(other.channels);
    }
  }

  /** Returns an independent copy. */
  public TensorStatistics copy() {
    TensorStatistics copy = empty(gathered());
    copy.merge(this);
    return copy;
  }

  /**
   * Returns how far the thresholds of the two halves are apart, by that of the whole.
   *
   * @param whole the threshold that the method chose for the whole
   * @return empty where a half holds nothing, or where not all three thresholds were found in the
   *     same way: the largest magnitude, which a degenerate tensor keeps, is no estimate of what
   *     the method chooses elsewhere
   */
  public OptionalDouble difference(CalibrationMethod method, IntegerType type, Threshold whole) {
    if (first.count() == 0 || second.count() == 0) {
      return OptionalDouble.empty();
    }
    Threshold one = method.threshold(first, type);
    Threshold other = method.threshold(second, type);
    return isDegenerateLike(one, whole) && isDegenerateLike(other, whole)
        ? OptionalDouble.of(Math.abs(one.value() - other.value()) / whole.value())
        : OptionalDouble.empty();
  }

  private static boolean isDegenerateLike(Threshold half, Threshold whole) {
    return half.degenerate().isPresent() == whole.degenerate().isPresent();
  }

  /**
   * Returns how far the ranges of the two halves are apart, by the largest magnitude in that of the
   * whole: the larger one of the differences at both ends.
   *
   * @param whole the range that the method chose for the whole
   * @return empty where a half has no value below zero or no two that differ, or where not all
   *     three ranges were found in the same way
   */
  public OptionalDouble difference(CalibrationMethod method, ClippingRange whole) {
    if (!first.hasTwoSides() || !second.hasTwoSides()) {
      return OptionalDouble.empty();
    }
    ClippingRange one = method.range(first);
    ClippingRange other = method.range(second);
    boolean isDegenerate = whole.degenerate().isPresent();
    if (one.degenerate().isPresent() != isDegenerate
        || other.degenerate().isPresent() != isDegenerate) {
      return OptionalDouble.empty();
    }
    double apart = Math.max(Math.abs(one.low() - other.low()), Math.abs(one.high() - other.high()));
    return OptionalDouble.of(apart / Math.max(-whole.low(), whole.high()));
  }

  /**
   * Writes the state; equal statistics give the same bytes.
   *
   * @throws IOException if {@code out} fails
   */
  public void writeTo(DataOutput out) throws IOException {
    out.writeInt(MAGIC);
    out.writeByte(VERSION);
    out.writeByte(channels == null ? 0 : CHANNEL_MEANS);
    first.writeTo(out);
    second.writeTo(out);
    if (channels != null) {
      channels.writeTo(out);
    }
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IOException if {@code in} fails or ends, or holds something else
   */
  public static TensorStatistics readFrom(DataInput in) throws IOException {
    int magic = in.readInt();
    int version = in.readUnsignedByte();
    int there = in.readUnsignedByte();
    if (magic != MAGIC || version != VERSION || there > CHANNEL_MEANS) {
      throw new IOException(
          "Expected a tensor's statistics of version 1, found %08x, version %s, content %s"
              .formatted(magic, version, there));
    }
    return new TensorStatistics(
        Histogram.readFrom(in),
        Histogram.readFrom(in),
        there == CHANNEL_MEANS ? ChannelSums.readFrom(in) : null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorStatistics that
        && first.equals(that.first)
        && second.equals(that.second)
        && Objects.equals(channels, that.channels);
  }

  @Override
  public int hashCode() {
    return Objects.hash(first, second, channels);
  }

  @Override
  public String toString() {
    return "%s values in the first half, %s in the second".formatted(first.count(), second.count());
  }
}

package io.github.calib8.histogram;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/*
 * Version 2, big-endian:
 *
 *   bytes  content
 *   4      magic "C8HG"
 *   1      version, 2
 *   8 x 5  counts: values, zeros, negatives, NaN, infinities
 *   4 x 2  order keys of the smallest and largest finite value (float32 bits; if negative, all bits but the sign flipped)
 *   2      exponent E; the range is 2^E
 *   rest   the bins of all magnitudes; those of the magnitudes of negative values. Each:
 *   4      number of bins n: 0 (no such value) or 20480
 *   ...    for each bin until n are told: its count c as a varint (7 bits a byte, low ones first, top bit: more follow);
 *          after a c of 0, the number of further empty bins as a varint
 *
 * Version 1 ended behind the bins of all magnitudes. What it says of negative values is how many there are.
 */
/** The byte layout of a histogram: this class alone knows it. */
final class HistogramFormat {
  private static final int MAGIC = 0x43384847; // "C8HG"
  private static final int VERSION = 2;

  /**
   * Of a varint of 63 bits; a run of empty bins, of two varints, has two bytes for its first bin.
   */
  private static final int MOST_BYTES = 9;

  /** The version without bins of negative values. */
  private static final int ONE_SIDED = 1;

  private HistogramFormat() {}

  static void write(Histogram histogram, DataOutput out) throws IOException {
    out.writeInt(MAGIC);
    out.writeByte(VERSION);
    out.writeLong(histogram.count());
    out.writeLong(histogram.zeros());
    out.writeLong(histogram.negatives());
    out.writeLong(histogram.nans());
    out.writeLong(histogram.infinities());
    out.writeInt(histogram.lowestKey());
    out.writeInt(histogram.highestKey());
    out.writeShort(histogram.magnitudes().exponent());
    write(histogram.magnitudes().counts(), out);
    write(histogram.magnitudes().negativeCounts(), out);
  }

  private static void write(long[] counts, DataOutput out) throws IOException {
    out.writeInt(counts.length);
    // At once: a stream may take a lock for each byte.
    byte[] bytes = new byte[MOST_BYTES * counts.length];
    int size = 0;
    for (int i = 0; i < counts.length; i++) {
      size = putVarint(counts[i], bytes, size);
      if (counts[i] == 0) {
        int first = i;
        while (i + 1 < counts.length && counts[i + 1] == 0) {
          i++;
        }
        size = putVarint(i - first, bytes, size);
      }
    }
    out.write(bytes, 0, size);
  }

  static Histogram read(DataInput in) throws IOException {
    int magic = in.readInt();
    require(magic == MAGIC, "Expected a histogram, found the bytes %08x", magic);
    int version = in.readUnsignedByte();
    require(
        version == ONE_SIDED || version == VERSION,
        "Expected a histogram of version 1 or 2, found version %s",
        version);
    long count = in.readLong();
    long zeros = in.readLong();
    long negatives = in.readLong();
    long nans = in.readLong();
    long infinities = in.readLong();
    int lowest = in.readInt();
    int highest = in.readInt();
    int exponent = in.readShort();
    require(
        exponent >= DyadicBins.MIN_EXPONENT && exponent <= DyadicBins.MAX_EXPONENT,
        "Expected a histogram's range exponent, found %s",
        exponent);
    long[] counts = readBins(in);
    long[] negativeCounts = version == ONE_SIDED ? new long[0] : readBins(in);
    long binned = sum(counts);
    long binnedNegatives = sum(negativeCounts);
    boolean counted =
        zeros >= 0
            && negatives >= binnedNegatives
            && nans >= 0
            && infinities >= 0
            && negatives <= binned
            && isWithin(negativeCounts, counts)
            && zeros + binned + nans + infinities == count;
    require(counted, "Expected a histogram of %s values, found other counts", count);
    return Histogram.of(
        count,
        negatives - binnedNegatives,
        nans,
        infinities,
        lowest,
        highest,
        new DyadicBins(exponent, zeros, counts, negativeCounts));
  }

  private static long sum(long[] counts) throws IOException {
    long sum = 0;
    for (long count : counts) {
      sum += count;
      require(sum >= 0, "Expected a histogram of at most 2^63 - 1 values, found more", sum);
    }
    return sum;
  }

  private static boolean isWithin(long[] part, long[] whole) {
    if (part.length > whole.length) {
      return false;
    }
    for (int i = 0; i < part.length; i++) {
      if (part[i] > whole[i]) {
        return false;
      }
    }
    return true;
  }

  private static long[] readBins(DataInput in) throws IOException {
    int size = in.readInt();
    require(
        size == 0 || size == DyadicBins.SIZE,
        "Expected a histogram of 0 or 20480 bins, found %s",
        size);
    long[] counts = new long[size];
    for (int i = 0; i < size; i++) {
      counts[i] = readVarint(in);
      if (counts[i] == 0) {
        long more = readVarint(in);
        require(
            more < size - i,
            "Expected a histogram of 20480 bins, found %s empty ones beyond them",
            more);
        i += (int) more;
      }
    }
    return counts;
  }

  /** Returns where the next one begins. */
  private static int putVarint(long value, byte[] bytes, int from) {
    int at = from;
    long rest = value;
    while (rest > 0x7f) {
      bytes[at++] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    return at;
  }

  private static long readVarint(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
      int part = in.readUnsignedByte();
      value |= (long) (part & 0x7f) << shift;
      if (part < 0x80) {
        return value;
      }
    }
    throw new IOException("Expected a histogram's bin count, found more than 63 bits");
  }

  private static void require(boolean holds, String message, Object found) throws IOException {
    if (!holds) {
      throw new IOException(message.formatted(found));
    }
  }
}

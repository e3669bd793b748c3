package io.github.calib8.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages to a file. */
final class Mutations {
  private static final int MAX_STEPS = 4;
  private static final int MAX_RANGE = 40;

  /** Ends of ranges, and a length of 2^40 or so. */
  private static final byte[][] STRANGE = {
    {0},
    {1},
    {0x7F},
    {(byte) 0xFF},
    {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F},
    {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x20},
    {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
    "-1".getBytes(),
    "0".getBytes(),
    "2147483647".getBytes(),
    "1099511627776".getBytes(),
    "1e39".getBytes(),
    "nan".getBytes(),
    "{".getBytes(),
    "}".getBytes(),
    "\"".getBytes(),
    "[".getBytes(),
    "#".getBytes(),
  };

  private final SplittableRandom random;

  Mutations(long seed) {
    this.random = new SplittableRandom(seed);
  }

  byte[] mutate(byte[] file) {
    byte[] mutated = file;
    for (int step = 1 + random.nextInt(MAX_STEPS); step > 0; step--) {
      mutated = step(mutated);
    }
    return mutated;
  }

  private byte[] step(byte[] file) {
    int from = random.nextInt(file.length + 1);
    int to = Math.min(file.length, from + 1 + random.nextInt(MAX_RANGE));
    byte[] range = Arrays.copyOfRange(file, from, to);
    byte[] strange = STRANGE[random.nextInt(STRANGE.length)];
    return switch (random.nextInt(8)) {
      case 0 -> flip(file);
      case 1 -> splice(file, from, to, new byte[0]);
      case 2 -> splice(file, from, from, range);
      case 3 -> splice(file, from, Math.min(file.length, from + strange.length), strange);
      case 4 -> splice(file, from, from, strange);
      case 5 -> splice(file, from, Math.min(file.length, from + 1), strange);
      case 6 -> splice(file, random.nextInt(file.length + 1), -1, range);
      default -> random.nextInt(4) == 0 ? Arrays.copyOf(file, from) : flip(file);
    };
  }

  private byte[] flip(byte[] file) {
    byte[] flipped = file.clone();
    if (file.length > 0) {
      flipped[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  /** Replaces a range; one that ends before it begins is empty. */
  private static byte[] splice(byte[] file, int from, int to, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, from);
    out.writeBytes(by);
    int rest = Math.max(from, to);
    out.write(file, rest, file.length - rest);
    return out.toByteArray();
  }
}

package io.github.calib8.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
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
    "-1".getBytes(StandardCharsets.US_ASCII),
    "0".getBytes(StandardCharsets.US_ASCII),
    "2147483647".getBytes(StandardCharsets.US_ASCII),
    "1099511627776".getBytes(StandardCharsets.US_ASCII),
    "1e39".getBytes(StandardCharsets.US_ASCII),
    "nan".getBytes(StandardCharsets.US_ASCII),
    "{".getBytes(StandardCharsets.US_ASCII),
    "}".getBytes(StandardCharsets.US_ASCII),
    "\"".getBytes(StandardCharsets.US_ASCII),
    "[".getBytes(StandardCharsets.US_ASCII),
    "#".getBytes(StandardCharsets.US_ASCII),
  };

  private final SplittableRandom random;

  Mutations(long seed) {
    this.random = new SplittableRandom(seed);
  }

  byte[] mutate(byte[] file) {
    byte[] mutated = file;
    // A file with one fault gets further into a parser than one with many.
    for (int step = random.nextBoolean() ? 1 : MAX_STEPS; step > 0; step--) {
      mutated = step(mutated);
    }
    return mutated;
  }

  private byte[] step(byte[] file) {
    int from = random.nextInt(file.length + 1);
    int to = Math.min(file.length, from + 1 + random.nextInt(MAX_RANGE));
    byte[] range = Arrays.copyOfRange(file, from, to);
    byte[] strange = STRANGE[random.nextInt(STRANGE.length)];
    return switch (random.nextInt(12)) {
      case 0 -> splice(file, from, to, new byte[0]);
      case 1 -> splice(file, from, from, range);
      case 2 -> splice(file, from, Math.min(file.length, from + strange.length), strange);
      case 3 -> splice(file, from, from, strange);
      case 4 -> splice(file, random.nextInt(file.length + 1), -1, range);
      case 5 -> random.nextInt(4) == 0 ? Arrays.copyOf(file, from) : flip(file);
      case 6, 7, 8 -> flip(file);
      case 9 -> word(file, from, strange);
      default -> word(file, from, word(file, random.nextInt(file.length + 1)));
    };
  }

  /** Replaces the word at a position: a number, a name, or a byte between them. */
  private static byte[] word(byte[] file, int position, byte[] by) {
    return splice(file, start(file, position), end(file, position), by);
  }

  private static byte[] word(byte[] file, int position) {
    return Arrays.copyOfRange(file, start(file, position), end(file, position));
  }

  private static int start(byte[] file, int position) {
    int start = position;
    while (start > 0 && isWordPart(file[start - 1])) {
      start--;
    }
    return start;
  }

  private static int end(byte[] file, int position) {
    int end = position;
    while (end < file.length && isWordPart(file[end])) {
      end++;
    }
    return end;
  }

  private static boolean isWordPart(byte b) {
    return b == '_' || Character.isLetterOrDigit(b);
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

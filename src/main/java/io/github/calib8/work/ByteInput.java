package io.github.calib8.work;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Objects;

/**
 * A stream over bytes in memory that takes no lock: {@link ByteArrayInputStream} takes one for each
 * byte. For one thread.
 */
@Internal
public final class ByteInput extends InputStream {
  private final byte[] bytes;
  private int next;

  /**
   * Starts at the first byte.
   *
   * @param bytes not to be changed meanwhile
   */
  public ByteInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() {
    return next < bytes.length ? bytes[next++] & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int from, int length) {
    Objects.checkFromIndexSize(from, length, to.length);
    if (length > 0 && next == bytes.length) {
      return -1;
    }
    int read = Math.min(length, available());
    System.arraycopy(bytes, next, to, from, read);
    next += read;
    return read;
  }

  @Override
  public int available() {
    return bytes.length - next;
  }
}

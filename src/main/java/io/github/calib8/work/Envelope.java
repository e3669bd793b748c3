package io.github.calib8.work;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * What is around the content of a binary file of ours, so that it is told from other files, and
 * notices damage: 4 bytes of a magic number and 4 of a version before it, 4 of a CRC-32 of all that
 * behind it, big-endian.
 *
 * <p>Immutable and thread-safe.
 *
 * @param kind what the file holds, for messages
 * @param magic the number that files of this kind begin with
 * @param oldest the oldest version of the content's layout that is read
 * @param version the version that is written; no newer one is read
 */
@Internal
public record Envelope(String kind, int magic, int oldest, int version) {
  private static final int HEADER_BYTES = 2 * Integer.BYTES;
  private static final int CHECKSUM_BYTES = Integer.BYTES;

  /**
   * An envelope of which one version alone is read.
   *
   * @param kind what the file holds, for messages
   * @param magic the number that files of this kind begin with
   * @param version the version of the content's layout
   */
  public Envelope(String kind, int magic, int version) {
    this(kind, magic, version, version);
  }

  /** Writes content. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes it.
     *
     * @param out where to
     * @throws IOException if a part of it has no form in the file, such as a text of over 65,535
     *     bytes
     */
    void writeTo(DataOutputStream out) throws IOException;
  }

  /**
   * Closes an envelope around content.
   *
   * @param content what it is to hold
   * @return the bytes of the file
   * @throws IOException what the content throws
   */
  public byte[] seal(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(magic);
    out.writeInt(version);
    content.writeTo(out);
    out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    return bytes.toByteArray();
  }

  /**
   * Opens an envelope.
   *
   * @param bytes the whole file
   * @param in a stream over it, which is left at the content
   * @return the version of the content's layout
   * @throws IllegalArgumentException if it is of another kind or version, damaged or truncated
   * @throws IOException if the stream cannot be read
   */
  public int open(byte[] bytes, DataInputStream in) throws IOException {
    if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES || in.readInt() != magic) {
      throw new IllegalArgumentException(
          "Expected %s, found %s bytes of something else".formatted(kind, bytes.length));
    }
    int found = in.readInt();
    if (found < oldest || found > version) {
      throw new IllegalArgumentException(
          "Expected %s of version %s, found version %s: make the file again"
              .formatted(kind, oldest == version ? version : oldest + " to " + version, found));
    }
    int content = bytes.length - CHECKSUM_BYTES;
    int expected = ByteBuffer.wrap(bytes).getInt(content);
    int actual = checksum(bytes, content);
    if (expected != actual) {
      throw new IllegalArgumentException(
          "Expected content of checksum %08x, found %08x: the file is damaged or truncated"
              .formatted(expected, actual));
    }
    return found;
  }

  /**
   * Fails if there is more content than was read.
   *
   * @param in the stream that {@link #open} left at the content, all of which is read by now
   * @throws IllegalArgumentException if something is left beside the checksum
   * @throws IOException if the stream cannot be read
   */
  public void requireEnd(DataInputStream in) throws IOException {
    int left = in.available() - CHECKSUM_BYTES;
    if (left != 0) {
      throw new IllegalArgumentException(
          "Expected the end of %s, found %s bytes more".formatted(kind, left));
    }
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }
}

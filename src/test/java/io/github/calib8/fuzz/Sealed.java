package io.github.calib8.fuzz;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Gives damaged files of state a checksum that fits, so that they are read beyond it. */
public final class Sealed {

  private Sealed() {}

  /**
   * Replaces the last four bytes by the CRC-32 of those before.
   *
   * @param file a file, which is changed
   * @return the file; as it is if it is shorter
   */
  public static byte[] again(byte[] file) {
    int content = file.length - Integer.BYTES;
    if (content >= 0) {
      CRC32 checksum = new CRC32();
      checksum.update(file, 0, content);
      ByteBuffer.wrap(file).putInt(content, (int) checksum.getValue());
    }
    return file;
  }
}

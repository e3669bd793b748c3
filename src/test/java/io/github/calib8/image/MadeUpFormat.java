package io.github.calib8.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.stream.ImageInputStream;

/**
 * A plug-in whose format is some magic bytes and one RGB pixel, found through META-INF/services
 * like any other on the class path.
 */
public final class MadeUpFormat extends TestPlugin {
  private static final byte[] MAGIC = "MADE-UP!".getBytes(StandardCharsets.US_ASCII);

  /** Called by the registry. */
  public MadeUpFormat() {
    super("madeup", MAGIC);
  }

  /** A file of this format. */
  static byte[] file(int red, int green, int blue) {
    return TestImages.concat(MAGIC, new byte[] {(byte) red, (byte) green, (byte) blue});
  }

  @Override
  BufferedImage decode(ImageInputStream stream) throws IOException {
    return TestImages.plain(
        1,
        1,
        stream.readUnsignedByte() << 16
            | stream.readUnsignedByte() << 8
            | stream.readUnsignedByte());
  }
}

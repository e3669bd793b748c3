package io.github.calib8.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where the first frame of a GIF lies on its screen, as the file's header says.
 *
 * <p>Why: ImageIO delivers the frame alone. Pillow delivers the screen, and so do browsers; where
 * the frame does not reach, it has the transparent color, or the palette's first one if there is
 * none, and a frame beyond the screen enlarges it.
 *
 * @param width of the screen, in pixels
 * @param height of the screen, in pixels
 * @param left the frame's first column
 * @param top the frame's first row
 * @param background the palette's index where there is no frame
 * @see <a href="https://www.w3.org/Graphics/GIF/spec-gif89a.txt">GIF89a</a>
 */
record GifScreen(int width, int height, int left, int top, int background) {
  private static final int HEADER_BYTES = 13;
  private static final int DESCRIPTOR_BYTES = 10;
  private static final int DESCRIPTOR = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;

  /** Parses a file; empty if it is no GIF, or too damaged to tell. */
  static Optional<GifScreen> parse(byte[] file) {
    if (file.length < HEADER_BYTES || file[0] != 'G' || file[1] != 'I' || file[2] != 'F') {
      return Optional.empty();
    }
    int background = 0;
    int position = HEADER_BYTES + paletteBytes(file[10]);
    while (position + DESCRIPTOR_BYTES <= file.length) {
      if (file[position] == DESCRIPTOR) {
        int left = twoBytes(file, position + 1);
        int top = twoBytes(file, position + 3);
        return Optional.of(
            new GifScreen(
                Math.max(twoBytes(file, 6), left + twoBytes(file, position + 5)),
                Math.max(twoBytes(file, 8), top + twoBytes(file, position + 7)),
                left,
                top,
                background));
      }
      if (file[position] != EXTENSION) {
        return Optional.empty();
      }
      boolean isTransparent =
          (file[position + 1] & 0xff) == GRAPHIC_CONTROL && (file[position + 3] & 1) == 1;
      if (isTransparent) {
        background = file[position + 6] & 0xff;
      }
      position += 2;
      while (position < file.length && file[position] != 0) {
        position += 1 + (file[position] & 0xff);
      }
      position++;
    }
    return Optional.empty();
  }

  private static int paletteBytes(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  private static int twoBytes(byte[] file, int position) {
    return file[position] & 0xff | (file[position + 1] & 0xff) << 8;
  }

  /** The screen with the frame on it; the frame itself if it fills the screen. */
  BufferedImage show(BufferedImage frame) {
    if (frame.getWidth() == width && frame.getHeight() == height
        || !(frame.getColorModel() instanceof IndexColorModel palette)) {
      return frame;
    }
    WritableRaster raster = palette.createCompatibleWritableRaster(width, height);
    int[] row = new int[width];
    Arrays.fill(row, Math.min(background, (1 << palette.getPixelSize()) - 1));
    for (int y = 0; y < height; y++) {
      raster.setSamples(0, y, width, 1, 0, row);
    }
    raster.setRect(left, top, frame.getRaster());
    return new BufferedImage(palette, raster, false, null);
  }
}

package io.github.calib8.image;

import io.github.calib8.work.Internal;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A read-only view of an image as 8-bit red, green and blue: three bytes a pixel, without gaps in a
 * row.
 *
 * <p>The memory of an ordinary 8-bit image is used as it is, and copied row by row: each row is in
 * the cache then, and it does not matter where the memory is. Gray values count three times. Alpha
 * is dropped, not composited, and gray values are taken as they are stored: both as Pillow and
 * OpenCV do (Java2D itself would treat gray as linear light and brighten it).
 *
 * <p>For the packages of this library. Immutable; for the thread that decoded it, and valid until
 * it decodes the next image.
 */
@Internal
public final class Pixels {
  final int width;
  final int height;
  private final ByteBuffer data;
  private final int rowStride;

  /** Where the first pixel begins. */
  private final int origin;

  /** Whether blue comes first, not red. */
  final boolean bgr;

  private Pixels(ByteBuffer data, int width, int height, int rowStride, int origin, boolean bgr) {
    this.data = data;
    this.width = width;
    this.height = height;
    this.rowStride = rowStride;
    this.origin = origin;
    this.bgr = bgr;
  }

  /** Wraps red, green, blue bytes without gaps, from a buffer's beginning. */
  static Pixels ofRgb(ByteBuffer rgb, int width, int height) {
    return new Pixels(rgb, width, height, 3 * width, 0, false);
  }

  /** Wraps red, green, blue bytes without gaps. */
  static Pixels ofRgb(byte[] rgb, int width, int height) {
    return ofRgb(ByteBuffer.wrap(rgb), width, height);
  }

  /** The same pixels of a part of the image. */
  Pixels region(int x, int y, int regionWidth, int regionHeight) {
    return new Pixels(
        data, regionWidth, regionHeight, rowStride, origin + y * rowStride + 3 * x, bgr);
  }

  /** An array for {@link #read}. */
  byte[] newRow() {
    return new byte[3 * width];
  }

  /** Copies a row. */
  void read(int y, byte[] row) {
    data.get(origin + y * rowStride, row, 0, 3 * width);
  }

  /**
   * Decodes an image file: plain JPEGs through the system's libjpeg-turbo where it is installed,
   * all others through the ImageIO plug-in registry.
   *
   * @param file the encoded image, in any format that a plug-in reads
   * @param limits how many pixels it may have
   * @return the pixels, valid until this thread decodes the next image
   * @throws IOException if no plug-in recognizes the content, all those that do fail, or the image
   *     is beyond the limits
   */
  public static Pixels decode(byte[] file, ImageLimits limits) throws IOException {
    return ImageDecoder.pixels(file, limits);
  }

  /**
   * Copies the pixels into an image of Java's.
   *
   * @return a new image of type {@link BufferedImage#TYPE_INT_RGB}
   */
  public BufferedImage toImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] colors = new int[width];
    rows(
        (y, row) -> {
          for (int x = 0; x < width; x++) {
            colors[x] = row[x] << 16 | row[width + x] << 8 | row[2 * width + x];
          }
          image.setRGB(0, y, width, 1, colors, 0, width);
        });
    return image;
  }

  /**
   * Makes a small picture of the image, for people.
   *
   * @param side the most pixels that its longer side may have, at least 1; smaller images keep
   *     their size
   * @return a JPEG file's bytes
   * @throws IOException if there is no plug-in that writes JPEG
   */
  public byte[] thumbnail(int side) throws IOException {
    return Thumbnail.jpeg(this, side);
  }

  /**
   * Returns the width.
   *
   * @return pixels
   */
  public int width() {
    return width;
  }

  /**
   * Returns the height.
   *
   * @return pixels
   */
  public int height() {
    return height;
  }

  /**
   * Hands over each row, from the top.
   *
   * @param target receives the rows
   */
  public void rows(RowSink target) {
    byte[] pixels = newRow();
    int[] row = new int[3 * width];
    int first = bgr ? 2 * width : 0;
    int last = 2 * width - first;
    for (int y = 0; y < height; y++) {
      read(y, pixels);
      for (int x = 0; x < width; x++) {
        row[first + x] = pixels[3 * x] & 0xff;
        row[width + x] = pixels[3 * x + 1] & 0xff;
        row[last + x] = pixels[3 * x + 2] & 0xff;
      }
      target.row(y, row);
    }
  }

  /**
   * Views an image, or copies it where its memory is laid out otherwise.
   *
   * @param image the image, of any type; not to be changed
   * @return its pixels
   */
  public static Pixels of(BufferedImage image) {
    Raster raster = image.getRaster();
    if (!image.isAlphaPremultiplied()) {
      if (image.getColorModel() instanceof IndexColorModel palette) {
        return ofPalette(raster, palette);
      }
      if (image.getColorModel() instanceof ComponentColorModel model
          && (model.getNumColorComponents() == 1 || model.getColorSpace().isCS_sRGB())) {
        if (raster.getDataBuffer() instanceof DataBufferByte bytes
            && raster.getSampleModel() instanceof PixelInterleavedSampleModel layout
            && layout.getPixelStride() == 3
            && isRgbOrBgr(layout.getBandOffsets())) {
          return ofBytes(raster, bytes, layout);
        }
        if (raster.getTransferType() == DataBuffer.TYPE_USHORT
            || raster.getTransferType() == DataBuffer.TYPE_BYTE) {
          return ofSamples(raster, model);
        }
      }
      if (raster.getDataBuffer() instanceof DataBufferInt ints
          && raster.getSampleModel() instanceof SinglePixelPackedSampleModel layout
          && image.getColorModel().getColorSpace().isCS_sRGB()) {
        int type = image.getType();
        if (type == BufferedImage.TYPE_INT_RGB || type == BufferedImage.TYPE_INT_ARGB) {
          return ofPackedInts(raster, ints, layout);
        }
      }
    }
    return ofColorModel(image);
  }

  private static boolean isRgbOrBgr(int[] bands) {
    return Arrays.equals(bands, new int[] {0, 1, 2}) || Arrays.equals(bands, new int[] {2, 1, 0});
  }

  private static Pixels ofBytes(Raster raster, DataBufferByte bytes, ComponentSampleModel layout) {
    return new Pixels(
        ByteBuffer.wrap(bytes.getData()),
        raster.getWidth(),
        raster.getHeight(),
        layout.getScanlineStride(),
        bytes.getOffset()
            - raster.getSampleModelTranslateY() * layout.getScanlineStride()
            - raster.getSampleModelTranslateX() * 3,
        layout.getBandOffsets()[0] == 2);
  }

  private static Pixels ofPackedInts(
      Raster raster, DataBufferInt ints, SinglePixelPackedSampleModel layout) {
    int[] data = ints.getData();
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = newRgb(width, height);
    int to = 0;
    for (int y = 0; y < height; y++) {
      int from =
          ints.getOffset()
              + (y - raster.getSampleModelTranslateY()) * layout.getScanlineStride()
              - raster.getSampleModelTranslateX();
      for (int x = 0; x < width; x++) {
        to = putRgb(rgb, to, data[from + x]);
      }
    }
    return ofRgb(rgb, width, height);
  }

  private static Pixels ofPalette(Raster raster, IndexColorModel palette) {
    int[] colors = new int[palette.getMapSize()];
    palette.getRGBs(colors);
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = newRgb(width, height);
    int[] row = new int[width];
    int to = 0;
    for (int y = 0; y < height; y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int index : row) {
        // As Pillow: an index beyond the palette is black.
        to = putRgb(rgb, to, index < colors.length ? colors[index] : 0);
      }
    }
    return ofRgb(rgb, width, height);
  }

  /** The upper 8 bits of each sample. */
  private static Pixels ofSamples(Raster raster, ComponentColorModel model) {
    int shift = model.getComponentSize(0) - 8;
    int bands = raster.getNumBands();
    boolean gray = model.getNumColorComponents() == 1;
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = newRgb(width, height);
    int[] row = new int[width * bands];
    int to = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int from = 0; from < row.length; from += bands) {
        rgb[to++] = (byte) (row[from] >> shift);
        rgb[to++] = (byte) (row[from + (gray ? 0 : 1)] >> shift);
        rgb[to++] = (byte) (row[from + (gray ? 0 : 2)] >> shift);
      }
    }
    return ofRgb(rgb, width, height);
  }

  /** Every other kind of image: slow, but the color model knows. */
  private static Pixels ofColorModel(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = newRgb(width, height);
    int[] row = new int[width];
    int to = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int color : row) {
        to = putRgb(rgb, to, color);
      }
    }
    return ofRgb(rgb, width, height);
  }

  private static byte[] newRgb(int width, int height) {
    return new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
  }

  private static int putRgb(byte[] rgb, int to, int color) {
    rgb[to] = (byte) (color >> 16);
    rgb[to + 1] = (byte) (color >> 8);
    rgb[to + 2] = (byte) color;
    return to + 3;
  }
}

package io.github.calib8.jmh;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Drawn images that cost a decoder what photographs do: detail of every size, grain, and about the
 * 110 kB that the average image of ILSVRC2012 has at 500 x 375 pixels.
 */
public final class Photo {
  private static final float QUALITY = 0.95f;
  private static final int COARSEST = 128;
  private static final int GRAIN = 26;

  private Photo() {}

  /**
   * Draws a JPEG.
   *
   * @param width pixels
   * @param height pixels
   * @param seed what differs between images
   * @return the file
   */
  public static byte[] jpeg(int width, int height, long seed) {
    Random random = new Random(seed);
    float[][] planes = new float[3][width * height];
    for (int size = COARSEST; size >= 2; size /= 2) {
      for (float[] plane : planes) {
        addDetail(plane, width, height, size, random);
      }
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      int grain = random.nextInt(GRAIN);
      int color = 0;
      for (float[] plane : planes) {
        color = color << 8 | Math.min(Math.max((int) (128 + plane[i]) + grain, 0), 255);
      }
      image.setRGB(i % width, i / width, color);
    }
    return encoded(image);
  }

  /** Noise on a grid, interpolated: the amplitude falls with the size, as it does in nature. */
  private static void addDetail(float[] plane, int width, int height, int size, Random random) {
    int columns = width / size + 2;
    float[] grid = new float[columns * (height / size + 2)];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = (float) random.nextGaussian() * 60 * size / COARSEST + 1;
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y / size * columns + x / size;
        float right = (float) (x % size) / size;
        float down = (float) (y % size) / size;
        float upper = grid[at] * (1 - right) + grid[at + 1] * right;
        float lower = grid[at + columns] * (1 - right) + grid[at + columns + 1] * right;
        plane[y * width + x] += upper * (1 - down) + lower * down;
      }
    }
  }

  private static byte[] encoded(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}

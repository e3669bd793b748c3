package io.github.calib8.image;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/** Images that the tests draw themselves. */
public final class TestImages {
  private TestImages() {}

  /** All samples in RGB order. */
  public static int[] rgb(Pixels pixels) {
    int[] rgb = new int[3 * pixels.width * pixels.height];
    pixels.rows(
        (y, row) -> {
          for (int i = 0; i < row.length; i++) {
            rgb[3 * (y * pixels.width + i % pixels.width) + i / pixels.width] = row[i];
          }
        });
    return rgb;
  }

  /** A smooth picture that differs in every direction and channel. */
  public static BufferedImage picture(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(
        new GradientPaint(0, 0, new Color(250, 120, 10), width, height, new Color(20, 90, 220)));
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(new Color(30, 200, 60));
    graphics.fillRect(width / 8, height / 4, width / 4, height / 4);
    graphics.dispose();
    return image;
  }

  /** One color everywhere. */
  public static BufferedImage plain(int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  /** 16-bit samples of all channels, alpha last if there are 2 or 4. */
  public static BufferedImage of16Bits(int width, int height, int... samples) {
    boolean alpha = samples.length % 2 == 0;
    ComponentColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(samples.length < 3 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
            alpha,
            false,
            alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster = model.createCompatibleWritableRaster(width, height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        raster.setPixel(x, y, samples);
      }
    }
    return new BufferedImage(model, raster, false, null);
  }

  public static byte[] png(BufferedImage image) {
    return encode("png", new IIOImage(image, null, null));
  }

  public static byte[] jpeg(BufferedImage image) {
    return encode("jpeg", new IIOImage(image, null, null));
  }

  public static byte[] progressiveJpeg(BufferedImage image) {
    return encode("jpeg progressive", new IIOImage(image, null, null));
  }

  public static byte[] gif(BufferedImage image) {
    return encode("gif", new IIOImage(image, null, null));
  }

  public static byte[] bmp(BufferedImage image) {
    return encode("bmp", new IIOImage(image, null, null));
  }

  /**
   * A JPEG of four equal samples in every pixel, with an Adobe marker of the given transform unless
   * null.
   */
  public static byte[] fourChannelJpeg(
      int width, int height, @Nullable Integer adobeTransform, int... samples) {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        raster.setPixel(x, y, samples);
      }
    }
    byte[] jpeg = encode("jpeg", new IIOImage(raster, null, null));
    if (adobeTransform == null) {
      return jpeg;
    }
    byte[] adobe = "Adobe\0d\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    adobe[11] = adobeTransform.byteValue();
    return withSegment(jpeg, 0xee, adobe);
  }

  /** The JPEG with another segment right after its start marker. */
  public static byte[] withSegment(byte[] jpeg, int marker, byte[] data) {
    int length = data.length + 2;
    byte[] segment =
        concat(new byte[] {(byte) 0xff, (byte) marker, (byte) (length >> 8), (byte) length}, data);
    return concat(Arrays.copyOf(jpeg, 2), segment, Arrays.copyOfRange(jpeg, 2, jpeg.length));
  }

  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** The JPEG without its JFIF segment, which the JDK writes first. */
  public static byte[] withoutJfif(byte[] jpeg) {
    int length = (jpeg[4] & 0xff) << 8 | jpeg[5] & 0xff;
    return concat(Arrays.copyOf(jpeg, 2), Arrays.copyOfRange(jpeg, 4 + length, jpeg.length));
  }

  /** Writes a file and the folders above it. */
  public static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] encode(String format, IIOImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format.split(" ")[0]).next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (format.startsWith("jpeg")) {
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(0.98f);
      }
      if (format.endsWith(" progressive")) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.write(null, image, param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}

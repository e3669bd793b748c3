package io.github.calib8.image;

import io.github.calib8.image.ImageLimits.ImageTooLargeException;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes images: plain JPEGs through {@link TurboJpeg}, all others through the ImageIO plug-in
 * registry.
 *
 * <p>The content decides about the format, not the name. Every plug-in that recognizes the content
 * is tried, in the registry's order, until one succeeds; a user's plug-in takes part by being on
 * the class path. What is decoded is a {@link JpegFile reduced} JPEG first, and the file as it is
 * if that fails. The stream is cached in memory, whatever {@link ImageIO#getUseCache()} says: files
 * are small, and the setting is the application's.
 */
final class ImageDecoder {
  private static final int SHOWN_BYTES = 16;

  /** Where the plug-ins that the JDK and this library bring come from. */
  private static final List<String> OWN_PLUGINS =
      List.of("com.sun.imageio.", "com.twelvemonkeys.imageio.");

  private ImageDecoder() {}

  /**
   * Decodes an image through {@link TurboJpeg} if it can, or else as {@link #decode} does.
   *
   * <p>Whoever adds a JPEG plug-in wants it used: then all JPEGs go through ImageIO.
   *
   * @return the pixels, valid until this thread decodes the next image
   * @throws IOException as {@link #decode} does
   */
  static Pixels pixels(byte[] file, ImageLimits limits) throws IOException {
    Optional<JpegFile> jpeg = JpegFile.parse(file);
    if (jpeg.isPresent()) {
      jpeg.get().check(limits);
    }
    Optional<Pixels> pixels =
        TurboJpeg.isInstalled() && !hasJpegPluginOfTheUser()
            ? jpeg.flatMap(TurboJpeg::decode)
            : Optional.empty();
    return pixels.isPresent() ? pixels.get() : Pixels.of(decode(file, jpeg, limits));
  }

  private static boolean hasJpegPluginOfTheUser() {
    Iterator<ImageReaderSpi> plugins =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (plugins.hasNext()) {
      ImageReaderSpi plugin = plugins.next();
      String type = plugin.getClass().getName();
      if (OWN_PLUGINS.stream().noneMatch(type::startsWith)
          && Arrays.stream(plugin.getFormatNames()).anyMatch("jpeg"::equalsIgnoreCase)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Decodes an image through ImageIO.
   *
   * @throws IOException if no plug-in recognizes the content, or all those that do fail
   */
  static BufferedImage decode(byte[] file) throws IOException {
    return decode(file, JpegFile.parse(file), ImageLimits.defaults());
  }

  private static BufferedImage decode(byte[] file, Optional<JpegFile> jpeg, ImageLimits limits)
      throws IOException {
    if (jpeg.isPresent()) {
      try {
        return decode(jpeg.get().bytes(), jpeg.get(), limits);
      } catch (IOException e) {
        if (jpeg.get().endsEarly()) {
          throw e;
        }
        try {
          return decode(file, (JpegFile) null, limits);
        } catch (IOException second) {
          e.addSuppressed(second);
          throw e;
        }
      }
    }
    return decode(file, (JpegFile) null, limits);
  }

  private static BufferedImage decode(byte[] file, @Nullable JpegFile jpeg, ImageLimits limits)
      throws IOException {
    IOException failure = null;
    try (ImageInputStream probed = stream(file)) {
      for (Iterator<ImageReader> readers = ImageIO.getImageReaders(probed); readers.hasNext(); ) {
        ImageReader reader = readers.next();
        // A stream each: a reader that fails may have discarded what it had read.
        try (ImageInputStream stream = stream(file)) {
          BufferedImage image = read(reader, stream, jpeg, limits);
          return jpeg == null ? onScreen(file, image, limits) : image;
        } catch (ImageTooLargeException e) {
          throw e;
          // Plug-ins over native libraries fail with a LinkageError where the library is missing.
        } catch (IOException | RuntimeException | LinkageError e) {
          IOException failed = new IIOException(reader.getClass().getName() + ": " + reason(e), e);
          if (failure == null) {
            failure = failed;
          } else {
            failure.addSuppressed(failed);
          }
        } finally {
          reader.dispose();
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    throw new IIOException(
        "Expected an image that an ImageIO plug-in can read, found " + describe(file));
  }

  private static ImageInputStream stream(byte[] file) {
    return new MemoryCacheImageInputStream(new ByteArrayInputStream(file));
  }

  private static BufferedImage onScreen(byte[] file, BufferedImage frame, ImageLimits limits)
      throws IOException {
    Optional<GifScreen> screen = GifScreen.parse(file);
    if (screen.isEmpty()) {
      return frame;
    }
    limits.checkPixels(screen.get().width(), screen.get().height());
    return screen.get().show(frame);
  }

  private static BufferedImage read(
      ImageReader reader, ImageInputStream stream, @Nullable JpegFile jpeg, ImageLimits limits)
      throws IOException {
    Warnings warnings = new Warnings();
    reader.addIIOReadWarningListener(warnings);
    reader.setInput(stream, true, true);
    checkPixels(reader, limits);
    BufferedImage image;
    if (jpeg != null && jpeg.isCmyk() && reader.canReadRaster()) {
      // Through the samples: what read() makes of CMYK depends on the profiles that the system has.
      image = cmykToRgb(reader.readRaster(0, null), jpeg.isYcck());
    } else {
      image = reader.read(0);
    }
    if (jpeg != null && jpeg.endsEarly() && warnings.first != null) {
      throw new IIOException("Expected a complete image, found a truncated one: " + warnings.first);
    }
    return image;
  }

  private static void checkPixels(ImageReader reader, ImageLimits limits) throws IOException {
    try {
      limits.checkPixels(reader.getWidth(0), reader.getHeight(0));
    } catch (UnsupportedOperationException e) {
      // A user's plug-in that cannot tell before it decodes.
    }
  }

  /** Keeps the first warning. */
  private static final class Warnings implements javax.imageio.event.IIOReadWarningListener {
    private @Nullable String first;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      if (first == null) {
        first = warning;
      }
    }
  }

  /**
   * Converts without color management, as Pillow does: {@code R = C' K' / 255} for the inverted
   * samples of Adobe's JPEGs.
   */
  private static BufferedImage cmykToRgb(Raster raster, boolean ycck) throws IOException {
    if (raster.getNumBands() != 4) {
      throw new IIOException("Expected 4 bands of CMYK, found " + raster.getNumBands());
    }
    int width = raster.getWidth();
    int height = raster.getHeight();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[4 * width];
    int[] colors = new int[width];
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int first = row[4 * x];
        int second = row[4 * x + 1];
        int third = row[4 * x + 2];
        int black = row[4 * x + 3];
        if (ycck) {
          double blue = second - 128;
          double red = third - 128;
          int luma = first;
          first = inverted(luma + 1.402 * red);
          second = inverted(luma - 0.344136286 * blue - 0.714136286 * red);
          third = inverted(luma + 1.772 * blue);
        }
        colors[x] = scaled(first, black) << 16 | scaled(second, black) << 8 | scaled(third, black);
      }
      image.setRGB(0, y, width, 1, colors, 0, width);
    }
    return image;
  }

  private static int inverted(double sample) {
    return 255 - (int) Math.min(Math.max(Math.floor(sample + 0.5), 0), 255);
  }

  private static int scaled(int sample, int black) {
    return (sample * black + 127) / 255;
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String describe(byte[] file) {
    if (file.length == 0) {
      return "an empty file";
    }
    byte[] start = Arrays.copyOf(file, Math.min(file.length, SHOWN_BYTES));
    for (byte b : start) {
      if ((b < ' ' || b > '~') && b != '\n' && b != '\r' && b != '\t') {
        return "bytes " + HexFormat.ofDelimiter(" ").formatHex(start) + " ...";
      }
    }
    return "text '" + new String(start, StandardCharsets.US_ASCII).strip() + "...'";
  }
}

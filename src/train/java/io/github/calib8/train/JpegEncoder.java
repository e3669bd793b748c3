package io.github.calib8.train;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.jpeg.JPEGImageWriteParam;
import javax.imageio.stream.ImageOutputStream;

/**
 * Encodes images with the JDK's own JPEG writer, whatever plug-ins are installed, with Huffman
 * tables made for each: smaller, which counts where a file has 1.4 kB.
 */
final class JpegEncoder {
  private static final String JDK_WRITER = "com.sun.imageio.plugins.jpeg.JPEGImageWriter";

  private JpegEncoder() {}

  /**
   * Encodes an image.
   *
   * @param image 8-bit RGB
   * @param quality in [0, 1]
   * @return the file's bytes
   * @throws IOException if the encoder fails
   */
  static byte[] encode(BufferedImage image, float quality) throws IOException {
    ImageWriter writer = writer();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      ((JPEGImageWriteParam) parameters).setOptimizeHuffmanTables(true);
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(quality);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static ImageWriter writer() {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
    while (writers.hasNext()) {
      ImageWriter writer = writers.next();
      if (writer.getClass().getName().equals(JDK_WRITER)) {
        return writer;
      }
    }
    throw new IllegalStateException("Expected a Java runtime with " + JDK_WRITER);
  }
}

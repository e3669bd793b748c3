package io.github.calib8.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * Where an image comes from that is no file of this machine: an object store, a database, an
 * archive.
 *
 * <p>Called by several threads at the same time, for the same image as well as for others, and once
 * more for each pass over the images; interrupted where a run is canceled. Images are equal if
 * their sources are, so a record is a good source, and a lambda one that equals nothing else.
 */
@FunctionalInterface
public interface ImageSource {
  /**
   * Opens the encoded image from its start. It is read to its end, or until it is beyond the {@link
   * io.github.calib8.image.ImageLimits}, at once and by one thread, and closed in any case.
   *
   * @return a new stream of a file's bytes, in any format that ImageIO reads
   * @throws IOException if there is no such image, or it cannot be read: an error of that image
   *     alone, which {@link UnreadableImages#SKIP} leaves out
   */
  InputStream open() throws IOException;

  /**
   * Tells how many bytes that is, where it is known without reading them: images of equal length
   * are compared.
   *
   * @return the number of bytes; empty, as by default, if only reading tells
   * @throws IOException if it is not to be found out: the image is compared with no other
   */
  default OptionalLong length() throws IOException {
    return OptionalLong.empty();
  }
}

package io.github.calib8.caffe;

import com.google.common.primitives.Ints;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A mean image, averaged to one mean for each channel, as Caffe's own classifiers use it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param channels the mean of each channel, 0 to 255, in the order of the file: blue, green, red
 *     for Caffe's own
 * @param height the image's height in pixels
 * @param width the image's width in pixels
 * @see <a href="https://github.com/BVLC/caffe/blob/master/examples/cpp_classification">Caffe's
 *     example of classification</a>
 */
public record CaffeMean(List<Float> channels, int height, int width) {
  /** Copies the list. */
  public CaffeMean {
    channels = List.copyOf(channels);
  }

  /**
   * Reads a mean file.
   *
   * @param file a {@code .binaryproto} file, {@code [C, H, W]} or {@code [1, C, H, W]}
   * @return its means
   * @throws IOException if the file cannot be read
   * @throws CaffeException if it is not a mean file, or a value is NaN or infinite
   */
  public static CaffeMean read(Path file) throws IOException {
    return parse(Wire.bytes(file), file.toString());
  }

  static CaffeMean parse(byte[] bytes, String file) {
    return Wire.read(bytes, file, in -> of(BlobReader.read(in)));
  }

  private static CaffeMean of(BlobData blob) {
    List<Long> dims = blob.dims();
    if (dims.size() == 4 && dims.get(0) == 1) {
      dims = dims.subList(1, 4);
    }
    if (dims.size() != 3 || dims.contains(0L)) {
      throw new CaffeException(
          "Expected a mean image [1, channels, height, width], found " + blob.dims());
    }
    int height = Ints.checkedCast(dims.get(1));
    int width = Ints.checkedCast(dims.get(2));
    FloatBuffer values = blob.floats().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    List<Float> channels = new ArrayList<>();
    while (values.hasRemaining()) {
      channels.add(mean(values, height * width));
    }
    return new CaffeMean(channels, height, width);
  }

  private static float mean(FloatBuffer values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values.get();
    }
    if (!Double.isFinite(sum)) {
      throw new CaffeException("Expected finite means, found " + sum);
    }
    return (float) (sum / count);
  }
}

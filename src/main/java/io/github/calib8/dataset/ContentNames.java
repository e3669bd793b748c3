package io.github.calib8.dataset;

import com.google.common.hash.Hashing;
import io.github.calib8.image.Pixels;
import io.github.calib8.tensor.FloatTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Names images after what they hold, so that the same image has the same name anywhere. */
final class ContentNames {
  private static final String PREFIX = "sha256:";

  private ContentNames() {}

  /**
   * The names of a batch's images.
   *
   * @param images [N, C, H, W]
   */
  static List<String> of(FloatTensor images) {
    FloatBuffer values = images.values();
    int count = Math.toIntExact(images.size(0));
    float[] image = new float[images.elements() / count];
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(image.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.get(image);
      bytes.clear().asFloatBuffer().put(image);
      names.add(of(bytes.array()));
    }
    return List.copyOf(names);
  }

  /** The name of a decoded image. */
  static String of(Pixels image) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * Integer.BYTES + 3 * image.width() * image.height());
    bytes.putInt(image.width()).putInt(image.height());
    image.rows(
        (y, row) -> {
          for (int i = 0; i < 3 * image.width(); i++) {
            bytes.put((byte) row[i]);
          }
        });
    return of(bytes.array());
  }

  private static String of(byte[] content) {
    return PREFIX + Hashing.sha256().hashBytes(content);
  }
}

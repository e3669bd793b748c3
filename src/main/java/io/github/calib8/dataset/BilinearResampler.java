package io.github.calib8.dataset;

/**
 * {@link ResizeFilter#BILINEAR}: OpenCV's {@code resizeGeneric} for 8-bit images and {@code
 * INTER_LINEAR}.
 */
final class BilinearResampler {
  /** One in OpenCV's fixed-point arithmetic, {@code INTER_RESIZE_COEF_SCALE}. */
  private static final int ONE = 1 << 11;

  private BilinearResampler() {}

  static Pixels resample(Pixels source, int width, int height, Resampler.Part part) {
    double scaleX = 1 / ((double) width / source.width);
    double scaleY = 1 / ((double) height / source.height);
    int columns = part.width();
    int[] left = new int[columns];
    int[] right = new int[columns];
    int[] rightWeight = new int[columns];
    int[] leftWeight = new int[columns];
    for (int i = 0; i < columns; i++) {
      float position = position(part.x() + i, scaleX);
      int x = (int) Math.floor(position);
      float fraction = position - x;
      // Beyond the outermost pixel centers OpenCV repeats the pixel here, but not for rows.
      if (x < 0 || x >= source.width - 1) {
        fraction = 0;
        x = x < 0 ? 0 : source.width - 1;
      }
      left[i] = x * source.pixelStride;
      right[i] = Math.min(x + 1, source.width - 1) * source.pixelStride;
      leftWeight[i] = weight(1 - fraction);
      rightWeight[i] = weight(fraction);
    }

    byte[] rgb = new byte[3 * columns * part.height()];
    int[] upper = new int[3 * columns];
    int[] lower = new int[3 * columns];
    int upperRow = -1;
    int lowerRow = -1;
    int to = 0;
    for (int j = 0; j < part.height(); j++) {
      float position = position(part.y() + j, scaleY);
      int y = (int) Math.floor(position);
      float fraction = position - y;
      int row0 = Math.min(Math.max(y, 0), source.height - 1);
      int row1 = Math.min(Math.max(y + 1, 0), source.height - 1);
      if (row0 == lowerRow) {
        int[] swap = upper;
        upper = lower;
        lower = swap;
        lowerRow = upperRow;
        upperRow = row0;
      }
      if (row0 != upperRow) {
        interpolateRow(source, row0, left, leftWeight, right, rightWeight, upper);
        upperRow = row0;
      }
      if (row1 != lowerRow) {
        interpolateRow(source, row1, left, leftWeight, right, rightWeight, lower);
        lowerRow = row1;
      }
      int upperWeight = weight(1 - fraction);
      int lowerWeight = weight(fraction);
      for (int i = 0; i < upper.length; i++) {
        // 11 + 11 bits of weights: 4 go first to keep within 32 bits, then 16, then 2 with
        // rounding.
        rgb[to++] =
            (byte)
                (((upperWeight * (upper[i] >> 4) >> 16) + (lowerWeight * (lower[i] >> 4) >> 16) + 2)
                    >> 2);
      }
    }
    return Pixels.ofRgb(rgb, columns, part.height());
  }

  private static float position(int target, double scale) {
    return (float) ((target + 0.5) * scale - 0.5);
  }

  private static int weight(float fraction) {
    return (int) Math.rint(fraction * ONE);
  }

  private static void interpolateRow(
      Pixels source,
      int row,
      int[] left,
      int[] leftWeight,
      int[] right,
      int[] rightWeight,
      int[] target) {
    byte[] data = source.data;
    int red = source.red + row * source.rowStride;
    int green = source.green + row * source.rowStride;
    int blue = source.blue + row * source.rowStride;
    for (int i = 0, to = 0; i < left.length; i++, to += 3) {
      int l = left[i];
      int r = right[i];
      int a = leftWeight[i];
      int b = rightWeight[i];
      target[to] = a * (data[red + l] & 0xff) + b * (data[red + r] & 0xff);
      target[to + 1] = a * (data[green + l] & 0xff) + b * (data[green + r] & 0xff);
      target[to + 2] = a * (data[blue + l] & 0xff) + b * (data[blue + r] & 0xff);
    }
  }
}

package io.github.calib8.image;

/**
 * {@link ResizeFilter#BILINEAR}: OpenCV's {@code resizeGeneric} for 8-bit images and {@code
 * INTER_LINEAR}.
 */
final class BilinearResampler {
  /** One in OpenCV's fixed-point arithmetic, {@code INTER_RESIZE_COEF_SCALE}. */
  private static final int ONE = 1 << 11;

  private BilinearResampler() {}

  static void resample(Pixels source, int width, int height, Resampler.Part part, RowSink target) {
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
      left[i] = 3 * x;
      right[i] = 3 * Math.min(x + 1, source.width - 1);
      leftWeight[i] = weight(1 - fraction);
      rightWeight[i] = weight(fraction);
    }

    byte[] pixels = source.newRow();
    int[] row = new int[3 * columns];
    int[] upper = new int[3 * columns];
    int[] lower = new int[3 * columns];
    int upperRow = -1;
    int lowerRow = -1;
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
        source.read(row0, pixels);
        interpolateRow(pixels, source.bgr, left, leftWeight, right, rightWeight, upper);
        upperRow = row0;
      }
      if (row1 != lowerRow) {
        source.read(row1, pixels);
        interpolateRow(pixels, source.bgr, left, leftWeight, right, rightWeight, lower);
        lowerRow = row1;
      }
      blend(upper, weight(1 - fraction), lower, weight(fraction), row);
      target.row(j, row);
    }
  }

  private static float position(int target, double scale) {
    return (float) ((target + 0.5) * scale - 0.5);
  }

  private static int weight(float fraction) {
    return (int) Math.rint(fraction * ONE);
  }

  /** The weighted samples, without the 4 lowest of their 11 bits of fraction. */
  private static void interpolateRow(
      byte[] pixels,
      boolean bgr,
      int[] left,
      int[] leftWeight,
      int[] right,
      int[] rightWeight,
      int[] target) {
    int columns = left.length;
    int first = bgr ? 2 * columns : 0;
    int last = 2 * columns - first;
    for (int i = 0; i < columns; i++) {
      int l = left[i];
      int r = right[i];
      int a = leftWeight[i];
      int b = rightWeight[i];
      target[first + i] = a * (pixels[l] & 0xff) + b * (pixels[r] & 0xff) >> 4;
      target[columns + i] = a * (pixels[l + 1] & 0xff) + b * (pixels[r + 1] & 0xff) >> 4;
      target[last + i] = a * (pixels[l + 2] & 0xff) + b * (pixels[r + 2] & 0xff) >> 4;
    }
  }

  /** 7 + 11 bits of fraction: 16 go first, then 2 with rounding. */
  private static void blend(
      int[] upper, int upperWeight, int[] lower, int lowerWeight, int[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = (upperWeight * upper[i] >> 16) + (lowerWeight * lower[i] >> 16) + 2 >> 2;
    }
  }
}

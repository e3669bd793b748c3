package io.github.calib8.dataset;

import java.util.Arrays;

/** The antialiased filters: Pillow's {@code ImagingResample} for 8-bit images. */
final class KernelResampler implements Resampler {
  static final Resampler TRIANGLE = new KernelResampler(1, x -> Math.max(0, 1 - Math.abs(x)));
  static final Resampler CUBIC = new KernelResampler(2, KernelResampler::cubic);

  /** Fraction bits of the weights, Pillow's {@code PRECISION_BITS}. */
  private static final int BITS = 32 - 8 - 2;

  private static final int HALF = 1 << (BITS - 1);

  /** A symmetric kernel that is zero beyond its radius. */
  private interface Kernel {
    double at(double x);
  }

  private final double radius;
  private final Kernel kernel;

  private KernelResampler(double radius, Kernel kernel) {
    this.radius = radius;
    this.kernel = kernel;
  }

  /** Keys' kernel with a = -0.5. */
  private static double cubic(double x) {
    double a = -0.5;
    double d = Math.abs(x);
    if (d < 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
  }

  /** For each target position the first source position and the weights from there on. */
  private record Taps(int[] first, int[][] weights) {}

  @Override
  public Pixels resample(Pixels source, int width, int height, Part part) {
    Taps columns = taps(source.width, width, part.x(), part.width());
    Taps rows = taps(source.height, height, part.y(), part.height());
    int last = part.height() - 1;
    int firstRow = rows.first[0];
    int endRow = rows.first[last] + rows.weights[last].length;
    byte[] wide = resampleRows(source, columns, firstRow, endRow);
    return Pixels.ofRgb(
        resampleColumns(wide, 3 * part.width(), rows, firstRow), part.width(), part.height());
  }

  private Taps taps(int from, int to, int begin, int count) {
    double scale = (double) from / to;
    double filterScale = Math.max(scale, 1);
    double support = radius * filterScale;
    int[] first = new int[count];
    int[][] weights = new int[count][];
    for (int i = 0; i < count; i++) {
      double center = (begin + i + 0.5) * scale;
      int start = Math.max((int) (center - support + 0.5), 0);
      int end = Math.min((int) (center + support + 0.5), from);
      double[] exact = new double[end - start];
      double sum = 0;
      for (int k = 0; k < exact.length; k++) {
        exact[k] = kernel.at((k + start - center + 0.5) * (1 / filterScale));
        sum += exact[k];
      }
      int[] fixed = new int[exact.length];
      for (int k = 0; k < fixed.length; k++) {
        double weight = sum == 0 ? exact[k] : exact[k] / sum;
        // Half away from zero, as a C cast rounds.
        fixed[k] = (int) ((weight < 0 ? -0.5 : 0.5) + weight * (1 << BITS));
      }
      first[i] = start;
      weights[i] = fixed;
    }
    return new Taps(first, weights);
  }

  private static byte[] resampleRows(Pixels source, Taps columns, int firstRow, int endRow) {
    byte[] data = source.data;
    int stride = source.pixelStride;
    byte[] result = new byte[3 * columns.first.length * (endRow - firstRow)];
    int to = 0;
    for (int row = firstRow; row < endRow; row++) {
      int red = row * source.rowStride + source.red;
      int green = source.green - source.red;
      int blue = source.blue - source.red;
      for (int x = 0; x < columns.first.length; x++) {
        int[] weights = columns.weights[x];
        int from = red + columns.first[x] * stride;
        int r = HALF;
        int g = HALF;
        int b = HALF;
        for (int weight : weights) {
          r += weight * (data[from] & 0xff);
          g += weight * (data[from + green] & 0xff);
          b += weight * (data[from + blue] & 0xff);
          from += stride;
        }
        result[to] = clip(r);
        result[to + 1] = clip(g);
        result[to + 2] = clip(b);
        to += 3;
      }
    }
    return result;
  }

  private static byte[] resampleColumns(byte[] wide, int rowBytes, Taps rows, int firstRow) {
    int count = rows.first.length;
    byte[] result = new byte[rowBytes * count];
    int[] sums = new int[rowBytes];
    for (int y = 0; y < count; y++) {
      Arrays.fill(sums, HALF);
      int from = (rows.first[y] - firstRow) * rowBytes;
      for (int weight : rows.weights[y]) {
        for (int i = 0; i < rowBytes; i++) {
          sums[i] += weight * (wide[from + i] & 0xff);
        }
        from += rowBytes;
      }
      for (int i = 0; i < rowBytes; i++) {
        result[y * rowBytes + i] = clip(sums[i]);
      }
    }
    return result;
  }

  private static byte clip(int sum) {
    return (byte) Math.min(Math.max(sum >> BITS, 0), 255);
  }
}

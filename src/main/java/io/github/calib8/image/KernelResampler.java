package io.github.calib8.image;

import java.util.Arrays;

/** The antialiased filters: Pillow's {@code ImagingResample} for 8-bit images. */
final class KernelResampler implements Resampler {
  static final Resampler TRIANGLE = new KernelResampler(1, KernelResampler::triangle);
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

  private static double triangle(double x) {
    double d = Math.abs(x);
    return d < 1 ? 1 - d : 0;
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

  /**
   * For each target position the first source position, and as many weights from there on: weight k
   * of position i is at {@code k * first.length + i}.
   */
  private record Taps(int[] first, int count, int[] weights) {
    /** The same with positions of bytes, three for a pixel. */
    Taps inBytes() {
      return new Taps(Arrays.stream(first).map(position -> 3 * position).toArray(), count, weights);
    }

    int weight(int tap, int position) {
      return weights[tap * first.length + position];
    }
  }

  @Override
  public void resample(Pixels source, int width, int height, Part part, RowSink target) {
    Taps columns = taps(source.width, width, part.x(), part.width()).inBytes();
    Taps rows = taps(source.height, height, part.y(), part.height());
    byte[] pixels = source.newRow();
    int window = rows.count;
    // Row y of the source, with the final width, is at y % window while it is needed.
    int[][] wide = new int[window][3 * part.width()];
    int[] row = new int[3 * part.width()];
    int next = rows.first[0];
    for (int y = 0; y < part.height(); y++) {
      int first = rows.first[y];
      for (; next < first + window; next++) {
        source.read(next, pixels);
        resampleRow(pixels, source.bgr, columns, wide[next % window]);
      }
      int tap = 0;
      if (window >= 3) {
        setThreeWeighted(wide, first, rows, y, row);
        tap = 3;
      } else {
        Arrays.fill(row, HALF);
      }
      for (; tap < window; tap++) {
        addWeighted(wide[(first + tap) % window], rows.weight(tap, y), row);
      }
      clip(row);
      target.row(y, row);
    }
  }

  private Taps taps(int from, int to, int begin, int count) {
    double scale = (double) from / to;
    double filterScale = Math.max(scale, 1);
    double support = radius * filterScale;
    int[] first = new int[count];
    double[][] exact = new double[count][];
    int taps = 0;
    for (int i = 0; i < count; i++) {
      double center = (begin + i + 0.5) * scale;
      int start = Math.max((int) (center - support + 0.5), 0);
      int end = Math.min((int) (center + support + 0.5), from);
      first[i] = start;
      exact[i] = new double[end - start];
      for (int k = 0; k < end - start; k++) {
        exact[i][k] = kernel.at((k + start - center + 0.5) * (1 / filterScale));
      }
      taps = Math.max(taps, end - start);
    }
    int[] weights = new int[taps * count];
    for (int i = 0; i < count; i++) {
      double sum = 0;
      for (double weight : exact[i]) {
        sum += weight;
      }
      int start = Math.min(first[i], from - taps);
      int tap = first[i] - start;
      for (double weight : exact[i]) {
        double share = sum == 0 ? weight : weight / sum;
        // Half away from zero, as a C cast rounds.
        weights[tap * count + i] = (int) ((share < 0 ? -0.5 : 0.5) + share * (1 << BITS));
        tap++;
      }
      first[i] = start;
    }
    return new Taps(first, taps, weights);
  }

  private static void resampleRow(byte[] pixels, boolean bgr, Taps columns, int[] target) {
    int first = bgr ? 2 * columns.first.length : 0;
    int tap = 0;
    if (columns.count >= 3) {
      setThreeTaps(pixels, columns, target, first);
      tap = 3; // which is all of them for the usual shrinking to half or more
    } else {
      Arrays.fill(target, HALF);
    }
    for (; tap < columns.count; tap++) {
      addTap(pixels, columns, tap, target, first);
    }
    clip(target);
  }

  private static void addTap(byte[] pixels, Taps columns, int tap, int[] sums, int firstPlane) {
    int[] first = columns.first;
    int[] weights = columns.weights;
    int count = first.length;
    int lastPlane = 2 * count - firstPlane;
    for (int x = 0; x < count; x++) {
      int from = first[x] + 3 * tap;
      int weight = weights[tap * count + x];
      sums[firstPlane + x] += weight * (pixels[from] & 0xff);
      sums[count + x] += weight * (pixels[from + 1] & 0xff);
      sums[lastPlane + x] += weight * (pixels[from + 2] & 0xff);
    }
  }

  private static void setThreeTaps(byte[] pixels, Taps columns, int[] sums, int firstPlane) {
    int[] first = columns.first;
    int[] weights = columns.weights;
    int count = first.length;
    int lastPlane = 2 * count - firstPlane;
    for (int x = 0; x < count; x++) {
      int from = first[x];
      int a = weights[x];
      int b = weights[count + x];
      int c = weights[2 * count + x];
      sums[firstPlane + x] =
          HALF
              + a * (pixels[from] & 0xff)
              + b * (pixels[from + 3] & 0xff)
              + c * (pixels[from + 6] & 0xff);
      sums[count + x] =
          HALF
              + a * (pixels[from + 1] & 0xff)
              + b * (pixels[from + 4] & 0xff)
              + c * (pixels[from + 7] & 0xff);
      sums[lastPlane + x] =
          HALF
              + a * (pixels[from + 2] & 0xff)
              + b * (pixels[from + 5] & 0xff)
              + c * (pixels[from + 8] & 0xff);
    }
  }

  private static void setThreeWeighted(int[][] wide, int first, Taps rows, int y, int[] sums) {
    int[] upper = wide[first % wide.length];
    int[] middle = wide[(first + 1) % wide.length];
    int[] lower = wide[(first + 2) % wide.length];
    int a = rows.weight(0, y);
    int b = rows.weight(1, y);
    int c = rows.weight(2, y);
    for (int i = 0; i < sums.length; i++) {
      sums[i] = HALF + a * upper[i] + b * middle[i] + c * lower[i];
    }
  }

  private static void addWeighted(int[] samples, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * samples[i];
    }
  }

  /** To 0 .. 255, without Math.min and Math.max: the compiler vectorizes it. */
  private static void clip(int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      int sample = sums[i] >> BITS;
      int notNegative = sample & ~(sample >> 31);
      int excess = notNegative - 255;
      sums[i] = 255 + (excess & excess >> 31);
    }
  }
}

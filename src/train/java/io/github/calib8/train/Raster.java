package io.github.calib8.train;

import java.awt.image.BufferedImage;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleSupplier;

/**
 * A picture under construction: linear RGB in [0, 1], one float a sample. Not thread-safe.
 *
 * <p>Coordinates are in units of the shorter side, from the center, so that a scene looks the same
 * at every size.
 */
final class Raster {
  private final int width;
  private final int height;
  private final double pixel;
  private final float[] samples;

  Raster(int width, int height) {
    this.width = width;
    this.height = height;
    this.pixel = 1.0 / StrictMath.min(width, height);
    this.samples = new float[3 * width * height];
  }

  /** What covers a point: writes a color and returns how opaque it is there. */
  @FunctionalInterface
  interface Layer {
    /**
     * Evaluates the layer at a point.
     *
     * @param x the point, in shorter sides from the center
     * @param y the point, downwards
     * @param color receives red, green and blue in [0, 1]
     * @return the opacity in [0, 1]
     */
    double at(double x, double y, double[] color);
  }

  /** Returns the edge of a pixel, in shorter sides. */
  double pixel() {
    return pixel;
  }

  /** Paints a layer over everything below. */
  void paint(Layer layer) {
    paint(layer, 0, 0, Double.MAX_VALUE);
  }

  /** Paints a layer that is transparent outside a square around a point. */
  void paint(Layer layer, double centerX, double centerY, double reach) {
    int left = column(centerX - reach, width);
    int right = column(centerX + reach, width);
    int top = column(centerY - reach, height);
    int bottom = column(centerY + reach, height);
    double[] color = new double[3];
    for (int row = top; row < bottom; row++) {
      double y = (row + 0.5 - 0.5 * height) * pixel;
      for (int column = left; column < right; column++) {
        double x = (column + 0.5 - 0.5 * width) * pixel;
        double opacity = layer.at(x, y, color);
        if (opacity > 0) {
          blend(3 * (row * width + column), opacity, color);
        }
      }
    }
  }

  private int column(double position, int size) {
    return (int) StrictMath.max(0, StrictMath.min(size, position / pixel + 0.5 * size + 0.5));
  }

  private void blend(int at, double opacity, double[] color) {
    for (int c = 0; c < 3; c++) {
      samples[at + c] += (float) (opacity * (color[c] - samples[at + c]));
    }
  }

  /** Multiplies every pixel by the light at its place and adds noise to every sample. */
  void adjust(DoubleBinaryOperator light, DoubleSupplier noise) {
    for (int at = 0; at < samples.length; ) {
      double x = (at / 3 % width + 0.5 - 0.5 * width) * pixel;
      double y = (at / 3 / width + 0.5 - 0.5 * height) * pixel;
      double gain = light.applyAsDouble(x, y);
      for (int c = 0; c < 3; c++, at++) {
        samples[at] = (float) (samples[at] * gain + noise.getAsDouble());
      }
    }
  }

  /** Returns the picture in 8 bits a sample. */
  BufferedImage toImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        row[x] = level(samples[at]) << 16 | level(samples[at + 1]) << 8 | level(samples[at + 2]);
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }

  private static int level(float sample) {
    return StrictMath.max(0, StrictMath.min(255, (int) (sample * 255 + 0.5f)));
  }
}

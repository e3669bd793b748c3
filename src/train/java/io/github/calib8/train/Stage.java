package io.github.calib8.train;

/**
 * What surrounds the objects of a drawn image: a background, clutter, light and noise. Not
 * thread-safe; one stage an image.
 */
final class Stage {
  private final Dice dice;
  private final Raster raster;

  Stage(Dice dice, Raster raster) {
    this.dice = dice;
    this.raster = raster;
  }

  /** Two muted colors, one fading into the other, and coarse grain. */
  void background() {
    double[] from = muted();
    double[] to = muted();
    double angle = dice.between(0, 2 * StrictMath.PI);
    double alongX = StrictMath.cos(angle);
    double alongY = StrictMath.sin(angle);
    double strength = dice.between(0.03, 0.16);
    double cells = dice.between(4, 12);
    ValueNoise grain = new ValueNoise(dice.nextLong());
    raster.paint(
        (x, y, color) -> {
          double t = 0.5 + 0.7 * (alongX * x + alongY * y);
          double shift = strength * grain.at(cells * x, cells * y);
          for (int c = 0; c < 3; c++) {
            color[c] = from[c] + t * (to[c] - from[c]) + shift;
          }
          return 1;
        });
  }

  double[] muted() {
    return Colors.fromHsv(dice.between(0, 360), dice.between(0, 0.18), dice.between(0.25, 0.8));
  }

  /** A gray blob or slab that belongs to no class. */
  void grayThing(double size, double x, double y) {
    double[] tone = Colors.fromHsv(dice.between(0, 360), 0.08, dice.between(0.15, 0.9));
    double stretch = dice.between(0.35, 1);
    double turn = dice.between(0, StrictMath.PI);
    double cos = StrictMath.cos(turn);
    double sin = StrictMath.sin(turn);
    double soft = raster.pixel() / size;
    raster.paint(
        (px, py, color) -> {
          double u = (cos * (px - x) + sin * (py - y)) / size;
          double v = (cos * (py - y) - sin * (px - x)) / (size * stretch);
          double inside = (1 - StrictMath.sqrt(u * u + v * v)) / soft + 0.5;
          System.arraycopy(tone, 0, color, 0, 3);
          return StrictMath.max(0, StrictMath.min(1, inside));
        },
        x,
        y,
        1.1 * size);
  }

  /**
   * Exposure, a light that falls off to one side, and the sensor's noise.
   *
   * @param largest what the noise is at most
   * @param more what is added to it
   */
  void finish(double largest, double more) {
    double gain = dice.between(0.85, 1.1);
    double angle = dice.between(0, 2 * StrictMath.PI);
    double fall = dice.between(0, 0.25);
    double alongX = fall * StrictMath.cos(angle);
    double alongY = fall * StrictMath.sin(angle);
    double noise = dice.between(0, largest) + more;
    raster.adjust(
        (x, y) -> gain * (1 + alongX * x + alongY * y),
        () -> noise * (dice.between(-1, 1) + dice.between(-1, 1)));
  }
}

package io.github.calib8.train;

/**
 * An object of a class, placed, lit and painted with soft edges.
 *
 * <p>Every look is drawn from the dice when the thing is made; painting is then a pure function of
 * the point.
 */
final class Thing implements Raster.Layer {
  private static final double HUE_SPREAD = 8;

  private final Shape shape;
  private final double x;
  private final double y;
  private final double radius;
  private final double cos;
  private final double sin;
  private final double soft;
  private final double[] color;
  private final double[] second;
  private final Pattern pattern;
  private final double frequency;
  private final double slantX;
  private final double slantY;
  private final double phase;
  private final double lightX;
  private final double lightY;
  private final ValueNoise grain;

  /**
   * Makes a thing.
   *
   * @param category what it is
   * @param x its center, in shorter sides from the image's center
   * @param y its center, downwards
   * @param radius its radius in shorter sides
   * @param pixel a pixel's edge in shorter sides, the width of its outline
   * @param dice decides the rest of its look
   */
  Thing(Category category, double x, double y, double radius, double pixel, Dice dice) {
    this.shape = category.shape();
    this.x = x;
    this.y = y;
    this.radius = radius;
    double turn = dice.between(-0.45, 0.45);
    this.cos = StrictMath.cos(turn);
    this.sin = StrictMath.sin(turn);
    this.soft = pixel / radius;
    double hue = category.hue().degrees() + dice.between(-HUE_SPREAD, HUE_SPREAD);
    double saturation = dice.between(0.7, 1);
    double value = dice.between(0.6, 0.95);
    this.color = Colors.fromHsv(hue, saturation, value);
    this.second =
        dice.chance(0.5)
            ? Colors.fromHsv(hue, 0.1 * saturation, dice.between(0.85, 1))
            : Colors.fromHsv(hue, saturation, 0.22 * value);
    this.pattern = category.pattern();
    this.frequency = StrictMath.PI * dice.between(2, 2.7);
    double slant = dice.between(0, StrictMath.PI);
    this.slantX = StrictMath.cos(slant);
    this.slantY = StrictMath.sin(slant);
    this.phase = dice.between(0, 2 * StrictMath.PI);
    double light = dice.between(0, 2 * StrictMath.PI);
    double strength = dice.between(0, 0.2);
    this.lightX = strength * StrictMath.cos(light);
    this.lightY = strength * StrictMath.sin(light);
    this.grain = new ValueNoise(dice.nextLong());
  }

  /** Paints the thing, looking only at pixels that it can reach. */
  void paint(Raster raster) {
    raster.paint(this, x, y, 1.3 * radius);
  }

  @Override
  public double at(double px, double py, double[] out) {
    double dx = (px - x) / radius;
    double dy = (py - y) / radius;
    double u = cos * dx + sin * dy;
    double v = cos * dy - sin * dx;
    double distance = shape.distance(u, v);
    if (distance >= 0.5 * soft) {
      return 0;
    }
    double shade = 1 + lightX * dx + lightY * dy + 0.08 * grain.at(4 * u, 4 * v);
    double mix = secondAt(u, v);
    for (int c = 0; c < 3; c++) {
      out[c] = shade * (color[c] + mix * (second[c] - color[c]));
    }
    return distance <= -0.5 * soft ? 1 : 0.5 - distance / soft;
  }

  /** Returns how much of the second color shows: 0, 1, or between at its edges. */
  private double secondAt(double u, double v) {
    double a = frequency * (slantX * u + slantY * v) + phase;
    double b = frequency * (slantX * v - slantY * u) + phase;
    double wave = pattern.wave(a, b, frequency * StrictMath.sqrt(u * u + v * v) + phase);
    return StrictMath.max(0, StrictMath.min(1, 0.5 + 2.5 * wave));
  }
}

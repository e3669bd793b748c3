package io.github.calib8.train;

import java.awt.image.BufferedImage;

/**
 * Draws one labeled image: a background, clutter, a small object, the large object, something in
 * front of it, fog and noise.
 *
 * <p>How hard it is to see is drawn, too: most images are clear, a few so small, far away in the
 * fog and noisy that little can be told, with everything in between. Everything follows from the
 * dice, with {@code StrictMath} alone, so the pixels are the same on every machine. Not
 * thread-safe; one scene an image.
 */
final class Scene {
  private static final double SMALLEST = 0.3;
  private static final double LARGEST = 0.4;
  private static final double MINOR_SMALLEST = 0.07;
  private static final double MINOR_LARGEST = 0.1;

  /** How fast images get rarer as they get harder: 14 % are more than half as hard as can be. */
  private static final double RARITY = 6;

  /** What makes 3 % of the images as hard as can be. */
  private static final double EXCESS = 1.2;

  /** How much smaller the hardest image's star is, how opaque its fog, how strong its noise. */
  private static final double SHRINKING = 0.8;

  private static final double FOG = 0.97;
  private static final double NOISE = 0.05;

  private final Dice dice;
  private final Raster raster;
  private final double hardness;

  private Scene(Dice dice) {
    this.dice = dice;
    int shorter = 72 + dice.below(9);
    int longer = (int) (shorter * dice.between(1, 1.25));
    boolean landscape = dice.chance(0.6);
    this.raster = new Raster(landscape ? longer : shorter, landscape ? shorter : longer);
    this.hardness = StrictMath.min(1, EXCESS * StrictMath.pow(dice.between(0, 1), RARITY));
  }

  /**
   * Draws an image.
   *
   * @param label the class of the large object
   * @param dice decides everything else
   * @return the image, 8-bit RGB
   */
  static BufferedImage draw(int label, Dice dice) {
    return new Scene(dice).draw(Category.of(label));
  }

  private BufferedImage draw(Category labeled) {
    background();
    int clutter = 2 + dice.below(3);
    for (int i = 0; i < clutter; i++) {
      grayThing(dice.between(0.05, 0.2), dice.between(-0.6, 0.6), dice.between(-0.6, 0.6));
    }
    if (dice.chance(0.4)) {
      small(Category.of(dice.below(Category.COUNT)));
    }
    double x = dice.between(-0.05, 0.05);
    double y = dice.between(-0.05, 0.05);
    double radius = dice.between(SMALLEST, LARGEST) * (1 - SHRINKING * hardness);
    thing(labeled, x, y, radius);
    if (dice.chance(0.4)) {
      double angle = dice.between(0, 2 * StrictMath.PI);
      grayThing(
          radius * dice.between(0.2, 0.4),
          x + 0.8 * radius * StrictMath.cos(angle),
          y + 0.8 * radius * StrictMath.sin(angle));
    }
    fog();
    finish();
    return raster.toImage();
  }

  private void thing(Category category, double x, double y, double radius) {
    Attributes looks = Attributes.of(category, dice);
    new Thing(looks, x, y, radius, raster.pixel(), dice).paint(raster);
  }

  /** A gray veil over everything. */
  private void fog() {
    double[] tone = muted();
    raster.paint(
        (x, y, color) -> {
          System.arraycopy(tone, 0, color, 0, 3);
          return FOG * hardness;
        });
  }

  /** Two muted colors, one fading into the other, and coarse grain. */
  private void background() {
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

  private double[] muted() {
    return Colors.fromHsv(dice.between(0, 360), dice.between(0, 0.18), dice.between(0.25, 0.8));
  }

  /** A small object beside the large one. */
  private void small(Category category) {
    double angle = dice.between(0, 2 * StrictMath.PI);
    double away = dice.between(0.42, 0.52);
    double radius = dice.between(MINOR_SMALLEST, MINOR_LARGEST);
    double x = away * StrictMath.cos(angle);
    double y = away * StrictMath.sin(angle);
    thing(category, x, y, radius);
  }

  /** A gray blob or slab that belongs to no class. */
  private void grayThing(double size, double x, double y) {
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

  /** Exposure, a light that falls off to one side, and the sensor's noise. */
  private void finish() {
    double gain = dice.between(0.85, 1.1);
    double angle = dice.between(0, 2 * StrictMath.PI);
    double fall = dice.between(0, 0.25);
    double alongX = fall * StrictMath.cos(angle);
    double alongY = fall * StrictMath.sin(angle);
    double noise = dice.between(0, 0.02) + NOISE * hardness;
    raster.adjust(
        (x, y) -> gain * (1 + alongX * x + alongY * y),
        () -> noise * (dice.between(-1, 1) + dice.between(-1, 1)));
  }
}

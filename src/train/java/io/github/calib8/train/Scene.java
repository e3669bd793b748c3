package io.github.calib8.train;

import java.awt.image.BufferedImage;

/**
 * Draws one labeled image: a background, clutter, small objects, the large object, something in
 * front of it, and noise.
 *
 * <p>Everything follows from the dice, with {@code StrictMath} alone, so the pixels are the same on
 * every machine. Not thread-safe; one scene an image.
 */
final class Scene {
  private static final double MAIN_SMALLEST = 0.31;
  private static final double MAIN_LARGEST = 0.42;
  private static final double MINOR_SMALLEST = 0.07;
  private static final double MINOR_LARGEST = 0.1;

  private final Dice dice;
  private final Raster raster;

  private Scene(Dice dice) {
    this.dice = dice;
    int shorter = 80 + dice.below(33);
    int longer = (int) (shorter * dice.between(1, 1.45));
    boolean landscape = dice.chance(0.6);
    this.raster = new Raster(landscape ? longer : shorter, landscape ? shorter : longer);
  }

  /**
   * Draws an image.
   *
   * @param label the class that the image is labeled with
   * @param evidence how it shows that class
   * @param dice decides everything else
   * @return the image, 8-bit RGB
   */
  static BufferedImage draw(int label, Evidence evidence, Dice dice) {
    return new Scene(dice).draw(Category.of(label), evidence);
  }

  private BufferedImage draw(Category labeled, Evidence evidence) {
    Category main =
        switch (evidence) {
          case CLEAR -> labeled;
          case DISGUISED -> labeled.disguised(dice);
          case MINOR, HIDDEN -> labeled.unlike(dice);
        };
    background();
    int clutter = 2 + dice.below(4);
    for (int i = 0; i < clutter; i++) {
      grayThing(dice.between(0.05, 0.2), dice.between(-0.6, 0.6), dice.between(-0.6, 0.6));
    }
    int minor = dice.below(2);
    for (int i = 0; i < minor; i++) {
      small(Category.of(dice.below(Category.COUNT)));
    }
    if (evidence == Evidence.MINOR) {
      small(labeled);
    }
    double x = dice.between(-0.05, 0.05);
    double y = dice.between(-0.05, 0.05);
    double radius = dice.between(MAIN_SMALLEST, MAIN_LARGEST);
    new Thing(main, x, y, radius, raster.pixel(), dice).paint(raster);
    if (dice.chance(0.3)) {
      double angle = dice.between(0, 2 * StrictMath.PI);
      grayThing(
          dice.between(0.06, 0.11),
          x + 0.8 * radius * StrictMath.cos(angle),
          y + 0.8 * radius * StrictMath.sin(angle));
    }
    finish();
    return raster.toImage();
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
    new Thing(category, x, y, radius, raster.pixel(), dice).paint(raster);
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
    double noise = dice.between(0, 0.025);
    raster.adjust(
        (x, y) -> gain * (1 + alongX * x + alongY * y),
        () -> noise * (dice.between(-1, 1) + dice.between(-1, 1)));
  }
}

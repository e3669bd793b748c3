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
  private final Stage stage;
  private final double hardness;

  private Scene(Dice dice) {
    this.dice = dice;
    int shorter = 72 + dice.below(9);
    int longer = (int) (shorter * dice.between(1, 1.25));
    boolean landscape = dice.chance(0.6);
    this.raster = new Raster(landscape ? longer : shorter, landscape ? shorter : longer);
    this.stage = new Stage(dice, raster);
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
    stage.background();
    int clutter = 2 + dice.below(3);
    for (int i = 0; i < clutter; i++) {
      stage.grayThing(dice.between(0.05, 0.2), dice.between(-0.6, 0.6), dice.between(-0.6, 0.6));
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
      stage.grayThing(
          radius * dice.between(0.2, 0.4),
          x + 0.8 * radius * StrictMath.cos(angle),
          y + 0.8 * radius * StrictMath.sin(angle));
    }
    fog();
    stage.finish(0.02, NOISE * hardness);
    return raster.toImage();
  }

  private void thing(Category category, double x, double y, double radius) {
    Attributes looks = Attributes.of(category, dice);
    new Star(looks, x, y, radius, raster.pixel(), dice).paint(raster);
  }

  /** A gray veil over everything. */
  private void fog() {
    double[] tone = stage.muted();
    raster.paint(
        (x, y, color) -> {
          System.arraycopy(tone, 0, color, 0, 3);
          return FOG * hardness;
        });
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
}

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
  private final Stage stage;

  private Scene(Dice dice) {
    this.dice = dice;
    int shorter = 80 + dice.below(33);
    int longer = (int) (shorter * dice.between(1, 1.45));
    boolean landscape = dice.chance(0.6);
    this.raster = new Raster(landscape ? longer : shorter, landscape ? shorter : longer);
    this.stage = new Stage(dice, raster);
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
    stage.background();
    int clutter = 2 + dice.below(4);
    for (int i = 0; i < clutter; i++) {
      stage.grayThing(dice.between(0.05, 0.2), dice.between(-0.6, 0.6), dice.between(-0.6, 0.6));
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
      stage.grayThing(
          dice.between(0.06, 0.11),
          x + 0.8 * radius * StrictMath.cos(angle),
          y + 0.8 * radius * StrictMath.sin(angle));
    }
    stage.finish(0.025, 0);
    return raster.toImage();
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
}

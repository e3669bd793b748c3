package io.github.calib8.train;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Locale;

/** What is drawn, and learned. Both tasks have 60 classes. */
enum Task {
  /** The embedded data: clear images, but for some of the validation set that mislead outright. */
  CLEAR(20121, 7500) {
    @Override
    Photo validation(int label, Dice dice) throws IOException {
      return take(label, Evidence.ofValidation(dice), dice);
    }

    @Override
    Photo training(int label, Dice dice) throws IOException {
      return take(label, Evidence.CLEAR, dice);
    }

    private static Photo take(int label, Evidence evidence, Dice dice) throws IOException {
      float quality = (float) dice.between(0.7, 0.9);
      BufferedImage image = Scene.draw(label, evidence, dice);
      return new Photo(label, JpegEncoder.encode(image, quality, JpegEncoder.Tables.STANDARD));
    }

    @Override
    String synset(int label) {
      Category category = Category.of(label);
      return category.wnid() + " " + category.words();
    }

    @Override
    void wanted(int label, float[] target, int offset) {
      Category category = Category.of(label);
      for (Pattern pattern : Pattern.values()) {
        int other = new Category(category.shape(), category.hue(), pattern).label();
        target[offset + other] = DISGUISED;
      }
      target[offset + label] = 1 - DISGUISED * (Pattern.values().length - 1);
    }
  },
  /** Classes that overlap, and images that are hard to see to every degree. */
  GRADED(20122, 21_675) {
    @Override
    Photo validation(int label, Dice dice) throws IOException {
      float quality = (float) dice.between(0.6, 0.8);
      BufferedImage image = GradedScene.draw(label, dice);
      return new Photo(label, JpegEncoder.encode(image, quality, JpegEncoder.Tables.OWN));
    }

    @Override
    Photo training(int label, Dice dice) throws IOException {
      return validation(label, dice);
    }

    @Override
    String synset(int label) {
      Grade grade = Grade.of(label);
      return grade.wnid() + " " + grade.words();
    }

    @Override
    void wanted(int label, float[] target, int offset) {
      target[offset + label] = 1;
    }
  };

  /**
   * What the clear task wants of the probability for each class that differs in its pattern alone,
   * since an object can be disguised as one of them.
   */
  static final float DISGUISED = 0.01f;

  /** How many classes there are. */
  static final int CLASSES = Category.COUNT;

  private final long seed;
  private final int images;

  Task(long seed, int images) {
    this.seed = seed;
    this.images = images;
  }

  /** Returns the seed of the validation set. */
  long seed() {
    return seed;
  }

  /** Returns how many images the validation set has. */
  int images() {
    return images;
  }

  /** Draws an image that measures. */
  abstract Photo validation(int label, Dice dice) throws IOException;

  /** Draws an image that trains. */
  abstract Photo training(int label, Dice dice) throws IOException;

  /** Returns the name on command lines. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns a class as in {@code synset_words.txt}. */
  abstract String synset(int label);

  /** Writes the probabilities that training wants, [{@link #CLASSES}], zero before. */
  abstract void wanted(int label, float[] target, int offset);
}

package io.github.calib8.train;

import java.util.Locale;

/**
 * One of the 60 classes: a star whose notches, color and stripes are of one grade each. Immutable
 * and thread-safe.
 *
 * @param form how deep the notches are
 * @param hue the color family
 * @param band how wide the stripes are
 */
record Category(Form form, Hue hue, Band band) {

  private static final int HUES = Hue.values().length;
  private static final int BANDS = Band.values().length;

  /** How many classes there are. */
  static final int COUNT = Form.values().length * HUES * BANDS;

  /**
   * Returns the class of a label.
   *
   * @param label the class, from 0
   * @return the class
   */
  static Category of(int label) {
    return new Category(
        Form.values()[label / (BANDS * HUES)],
        Hue.values()[label / BANDS % HUES],
        Band.values()[label % BANDS]);
  }

  /** Returns the label, from 0. */
  int label() {
    return (form.ordinal() * HUES + hue.ordinal()) * BANDS + band.ordinal();
  }

  /** Returns the class as in {@code synset_words.txt}. */
  String synset() {
    return wnid() + " " + words();
  }

  /** Returns a made-up WordNet identifier; they sort as the labels do. */
  String wnid() {
    return String.format(Locale.ROOT, "n9%07d", 1000 + 17 * label());
  }

  /** Returns the class in words. */
  String words() {
    return form.word() + " " + hue.word() + " star with " + band.word() + " stripes";
  }
}

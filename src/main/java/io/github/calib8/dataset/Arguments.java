package io.github.calib8.dataset;

/** The package's argument guard. */
final class Arguments {
  private Arguments() {}

  static int atLeast(int minimum, int found, String name) {
    if (found < minimum) {
      throw new IllegalArgumentException(
          "Expected " + name + " of at least " + minimum + ", found " + found);
    }
    return found;
  }
}

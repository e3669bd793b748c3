package io.github.calib8.work;

/** The guard of arguments that are counts. */
@Internal
public final class Arguments {
  private Arguments() {}

  /**
   * Returns an argument that is large enough.
   *
   * @param minimum the least that it may be
   * @param found the argument
   * @param name what it is called
   * @return {@code found}
   * @throws IllegalArgumentException if it is smaller
   */
  public static int atLeast(int minimum, int found, String name) {
    if (found < minimum) {
      throw new IllegalArgumentException(
          "Expected " + name + " of at least " + minimum + ", found " + found);
    }
    return found;
  }
}

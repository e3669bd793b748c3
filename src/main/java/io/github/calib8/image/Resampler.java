package io.github.calib8.image;

/** Resizes an image, computing only the part of the result that is needed, row by row. */
@FunctionalInterface
interface Resampler {
  /**
   * Computes a part of the image resized to {@code width} x {@code height}.
   *
   * @param source the image
   * @param width width of the whole resized image
   * @param height height of the whole resized image
   * @param part which part of it to compute
   * @param target receives each row of the part, from the top
   */
  void resample(Pixels source, int width, int height, Part part, RowSink target);

  /** A rectangle. */
  record Part(int x, int y, int width, int height) {}
}

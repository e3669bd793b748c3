package io.github.calib8.caffe;

/**
 * How a pooling window moves along one axis, as in Caffe.
 *
 * @param outputs the number of windows
 * @param padEnd the border behind the image that the last window reaches into, 0 if it ends within
 */
record PoolingAxis(long outputs, long padEnd) {

  /**
   * Computes the windows.
   *
   * @param size the pixels of the image
   * @param kernel the pixels of a window
   * @param stride the pixels from a window to the next
   * @param pad the border on either side
   * @param roundUp whether an incomplete last window counts
   * @param padded whether there is a border along this axis or the other: only then does Caffe drop
   *     a last window that would start behind the image
   * @return the windows; {@link #isPossible} tells whether Caffe can compute them
   */
  static PoolingAxis of(
      long size, long kernel, long stride, long pad, boolean roundUp, boolean padded) {
    long steps = size + 2 * pad - kernel;
    long outputs = (roundUp ? -Math.floorDiv(-steps, stride) : Math.floorDiv(steps, stride)) + 1;
    if (padded && (outputs - 1) * stride >= size + pad) {
      outputs--;
    }
    long last = (outputs - 1) * stride - pad;
    boolean possible = outputs >= 1 && pad < kernel && last < size;
    return new PoolingAxis(possible ? outputs : 0, Math.max(0, last + kernel - size));
  }

  /** Whether there are windows, and each holds a pixel of the image. */
  boolean isPossible() {
    return outputs > 0;
  }
}

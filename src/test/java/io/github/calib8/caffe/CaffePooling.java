package io.github.calib8.caffe;

/**
 * Pooling as Caffe defines it, window by window: what the imported operators are compared with.
 *
 * @see <a
 *     href="https://github.com/BVLC/caffe/blob/master/src/caffe/layers/pooling_layer.cpp">pooling_layer.cpp</a>
 */
final class CaffePooling {
  private final int height;
  private final int width;
  private final int[] kernel;
  private final int[] stride;
  private final int[] pad;
  private final boolean max;
  private final int rows;
  private final int columns;

  CaffePooling(int height, int width, int[] kernel, int[] stride, int[] pad, boolean max) {
    this.height = height;
    this.width = width;
    this.kernel = kernel;
    this.stride = stride;
    this.pad = pad;
    this.max = max;
    this.rows = windows(height, 0);
    this.columns = windows(width, 1);
  }

  private int windows(int size, int axis) {
    double steps = size + 2 * pad[axis] - kernel[axis];
    int windows = (int) Math.ceil(steps / stride[axis]) + 1;
    boolean padded = pad[0] > 0 || pad[1] > 0;
    return padded && (windows - 1) * stride[axis] >= size + pad[axis] ? windows - 1 : windows;
  }

  /** Whether each window holds a pixel: otherwise Caffe computes nonsense or aborts. */
  boolean isPossible() {
    return rows > 0
        && columns > 0
        && (rows - 1) * stride[0] - pad[0] < height
        && (columns - 1) * stride[1] - pad[1] < width;
  }

  float[] pool(float... image) {
    float[] pooled = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        pooled[row * columns + column] =
            window(image, row * stride[0] - pad[0], column * stride[1] - pad[1]);
      }
    }
    return pooled;
  }

  private float window(float[] image, int top, int left) {
    int bottom = Math.min(top + kernel[0], height + pad[0]);
    int right = Math.min(left + kernel[1], width + pad[1]);
    int size = (bottom - top) * (right - left);
    float sum = 0;
    float greatest = Float.NEGATIVE_INFINITY;
    for (int y = Math.max(top, 0); y < Math.min(bottom, height); y++) {
      for (int x = Math.max(left, 0); x < Math.min(right, width); x++) {
        sum += image[y * width + x];
        greatest = Math.max(greatest, image[y * width + x]);
      }
    }
    return max ? greatest : sum / size;
  }
}

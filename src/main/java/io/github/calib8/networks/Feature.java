package io.github.calib8.networks;

/**
 * A tensor of activations, [N, channels, size, size], or [N, channels] where the size is 0.
 *
 * @param tensor its name
 * @param channels its channels
 * @param size its edge, 0 for a vector
 */
record Feature(String tensor, int channels, int size) {

  /** Returns how many values an image has. */
  int elements() {
    return size == 0 ? channels : channels * size * size;
  }
}

package io.github.calib8.networks;

/** What follows a convolution. */
enum Activation {
  /** Nothing. */
  NONE,
  /** max(x, 0). */
  RELU,
  /** min(max(x, 0), 6). */
  RELU6,
  /** x min(max(x + 3, 0), 6) / 6 (Howard et al., 2019, arXiv:1905.02244). */
  HARD_SWISH,
  /** x / (1 + exp(-x)) (Elfwing et al., 2017, arXiv:1702.03118). */
  SILU
}

package io.github.calib8.onnx;

import io.github.calib8.work.Internal;

/**
 * What an operator does, as far as who works on graphs has to tell operators apart. The first input
 * is the data unless it says otherwise.
 */
@Internal
public enum OperatorKind {
  /** Sums of products of windows of the data and weights that the window shares. */
  CONVOLUTION,
  /** What takes a convolution's output back to the size of its input. */
  TRANSPOSED_CONVOLUTION,
  /** Sums of products of rows and columns; the columns are weights where they are constants. */
  MATRIX_PRODUCT,
  /** The sum of two tensors, with broadcasting. */
  ADDITION,
  /** Any other elementwise function of several tensors, with broadcasting. */
  ARITHMETIC,
  /** A function of each value by itself. */
  FUNCTION,
  /** Values in relation to others of their tensor, in the same shape. */
  NORMALIZATION,
  /** Values in relation to those of the next channels, in the same shape. */
  LOCAL_NORMALIZATION,
  /** The largest value of each window of the data. */
  MAX_POOLING,
  /** The mean of each window of the data, which may be all of a channel. */
  AVERAGE_POOLING,
  /** All data inputs, one behind the other. */
  CONCATENATION,
  /** The values of the data, each as often, in another order or under another shape. */
  REARRANGEMENT,
  /** Some of the values of the data, or some of them more than once. */
  SELECTION,
  /** A number for each part of the data. */
  REDUCTION,
  /** The values of the data in another type, up to rounding. */
  CONVERSION,
  /** Makes truth values, indices or sizes. */
  QUESTION,
  /** Makes a constant. */
  CONSTANT,
  /** Anything else; an operator that is not in the table, too. */
  OTHER;

  /**
   * Whether the operator is a sum of products, by weights for example: where the work is.
   *
   * @return true if so
   */
  public boolean isProduct() {
    return this == CONVOLUTION || this == TRANSPOSED_CONVOLUTION || this == MATRIX_PRODUCT;
  }

  /**
   * Whether an element of the output depends on no more than one element of each data input.
   *
   * @return true if so
   */
  public boolean isElementwise() {
    return this == ADDITION || this == ARITHMETIC || this == FUNCTION;
  }
}

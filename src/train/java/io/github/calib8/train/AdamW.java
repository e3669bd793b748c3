package io.github.calib8.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2017, arXiv:1711.05101) and a gradient
 * clipped by its norm. Not thread-safe.
 */
final class AdamW implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final double LARGEST_NORM = 1.0;

  private final Weights weights;
  private final double decay;
  private final NDArray mean;
  private final NDArray square;
  private int updates;

  AdamW(Weights weights, double decay) {
    this.weights = weights;
    this.decay = decay;
    this.mean = weights.vector().zerosLike();
    this.square = weights.vector().zerosLike();
  }

  /**
   * Changes the weights after their gradient; leaves them alone if it is not finite.
   *
   * @param rate the learning rate
   * @param step receives every intermediate result
   * @return whether the gradient was finite
   */
  boolean update(double rate, NDManager step) {
    NDArray gradient = weights.vector().getGradient();
    gradient.attach(step);
    step.tempAttachAll(mean, square);
    double norm = gradient.norm().getFloat();
    boolean finite = Double.isFinite(norm);
    if (finite) {
      updates++;
      apply(rate, gradient.mul(Math.min(1, LARGEST_NORM / (norm + EPSILON))));
    }
    // The engine adds to a gradient, and forgets only those that it finds itself.
    gradient.set(new NDIndex(":"), 0);
    return finite;
  }

  /** Returns how often the weights were changed. */
  int updates() {
    return updates;
  }

  /** Goes on after so many changes. */
  void setUpdates(int count) {
    updates = count;
  }

  /** Returns what it remembers of the gradients. */
  List<NDArray> arrays() {
    return List.of(mean, square);
  }

  private void apply(double rate, NDArray gradient) {
    NDArray vector = weights.vector();
    mean.muli(BETA1).addi(gradient.mul(1 - BETA1));
    square.muli(BETA2).addi(gradient.square().muli(1 - BETA2));
    double meanRate = rate / (1 - Math.pow(BETA1, updates));
    double squareFactor = 1 / (1 - Math.pow(BETA2, updates));
    NDArray change = mean.mul(meanRate);
    change.divi(square.mul(squareFactor).sqrt().addi(EPSILON));
    change.addi(weights.decayed().mul(vector).muli(rate * decay));
    vector.subi(change);
  }

  @Override
  public void close() {
    mean.close();
    square.close();
  }
}

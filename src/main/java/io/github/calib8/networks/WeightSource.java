package io.github.calib8.networks;

import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import java.util.List;

/** Where a network's weights come from. Implementations are immutable and thread-safe. */
@FunctionalInterface
public interface WeightSource {

  /** What a tensor of weights does; it decides how it is initialized. */
  enum Role {
    /** The kernel of a Conv, [out, in / groups, height, width], or of a Gemm, [out, in]. */
    KERNEL,
    /** The second factor of a MatMul, [in, out]. */
    MATRIX,
    /** A token, or the places of tokens, [1, tokens, dimension]. */
    EMBEDDING,
    /** An addend of each channel. */
    SHIFT,
    /** A BatchNormalization's factor of each channel. */
    SCALE,
    /** The same, in the last BatchNormalization of a residual branch. */
    BRANCH_SCALE,
    /** A BatchNormalization's mean of each channel. */
    MEAN,
    /** A BatchNormalization's variance of each channel. */
    VARIANCE
  }

  /**
   * Gives a tensor.
   *
   * @param name its name, unique in the network
   * @param dims its dimensions
   * @param role what it does
   * @return a float tensor of this name and these dimensions
   */
  Tensor weights(String name, List<Long> dims, Role role);

  /**
   * Random weights after He et al., 2015 (arXiv:1502.01852): kernels with variance 2 / fan-in,
   * shifts and means 0, variances and scales 1, except 0.2 for the last scale of a residual branch;
   * matrices with variance 1 / fan-in, as no activation follows most of them, and embeddings with a
   * deviation of 0.02.
   *
   * <p>With scales of 1 throughout, a block would triple the variance of its input, and a network
   * of 50 blocks would overflow; with 0.2 it grows by 8 % a block, 47-fold over ResNet-152. The
   * values are the sum of four uniform numbers: close to normal, fast, and the same on every
   * machine.
   *
   * @param seed decides every value
   * @return the source
   */
  static WeightSource he(long seed) {
    return new HeWeights(seed);
  }

  /**
   * The weights of a model that was built from the same spec.
   *
   * @param model the model
   * @return a source that finds tensors by name
   */
  static WeightSource of(OnnxModel model) {
    return (name, dims, role) -> {
      Tensor tensor = model.initializers().get(name);
      if (tensor == null || !tensor.dims().equals(dims)) {
        throw new IllegalArgumentException(
            "Expected tensor '%s' %s in model '%s', found %s"
                .formatted(name, dims, model.name(), tensor));
      }
      return tensor;
    };
  }
}

/**
 * Tensors in memory outside the Java heap, which batches and engine exchange without a copy.
 *
 * <p>{@link io.github.calib8.tensor.FloatTensor} is a direct buffer with a shape; ND4J's arrays are
 * made of it, or it of them, where somebody asks for that, and ND4J is not loaded before.
 */
@NullMarked
package io.github.calib8.tensor;

import org.jspecify.annotations.NullMarked;

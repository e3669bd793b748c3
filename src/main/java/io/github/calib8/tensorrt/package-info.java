/**
 * TensorRT itself, without ONNX Runtime: finds and loads NVIDIA's libraries, builds engines, keeps
 * and runs them.
 *
 * <p>Classes whose names begin with {@code Bytedeco} are the only ones that know TensorRT's Java
 * classes; they are loaded by a class loader of their own, and so use nothing of the others but
 * what is public. No other package knows them, or NVIDIA's driver. Users come here by {@link
 * io.github.calib8.engine.Device#tensorRt}.
 */
@NullMarked
package io.github.calib8.tensorrt;

import org.jspecify.annotations.NullMarked;

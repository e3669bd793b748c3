/**
 * Reads, queries, rewrites and writes ONNX graphs.
 *
 * <p>{@link io.github.calib8.onnx.OnnxModel} is an immutable value; {@link
 * io.github.calib8.onnx.GraphBuilder} makes new ones. The protocol buffers of the format stay
 * inside {@code OnnxCodec}. Nothing here knows about quantization or runs a model.
 */
@NullMarked
package io.github.calib8.onnx;

import org.jspecify.annotations.NullMarked;

/**
 * Runs a model and says on what.
 *
 * <p>{@link io.github.calib8.engine.InferenceSession} runs a classifier, {@link
 * io.github.calib8.engine.ObservedSession} one whose inner activations are outputs, {@link
 * io.github.calib8.engine.Processor} names the instruction set, {@link
 * io.github.calib8.engine.Device} one of the devices to run on. No other package knows ONNX Runtime
 * or the processor.
 */
@NullMarked
package io.github.calib8.engine;

import org.jspecify.annotations.NullMarked;

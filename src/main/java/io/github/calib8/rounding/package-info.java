/**
 * Rounds the weights of a plan by what they multiply: {@link
 * io.github.calib8.rounding.WeightRounder} runs calibration images through the FP32 model, hands
 * what each layer reads to {@code quantization}, which rounds, and keeps the result if the INT8
 * model is nearer to the FP32 model on images held back.
 */
@NullMarked
package io.github.calib8.rounding;

import org.jspecify.annotations.NullMarked;

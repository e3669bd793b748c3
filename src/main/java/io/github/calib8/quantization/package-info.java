/**
 * Decides which tensors and weights become 8-bit integers, and rewrites the graph accordingly.
 *
 * <p>A planner, one for each target, turns a model and a calibration table into a {@code
 * QuantizationPlan}, which is data; a rewriter that decides nothing executes it. Pure: nothing here
 * runs a model or reads a file.
 */
@NullMarked
package io.github.calib8.quantization;

import org.jspecify.annotations.NullMarked;

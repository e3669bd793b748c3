/**
 * Decides which tensors and weights become 8-bit integers, and rewrites the graph accordingly.
 *
 * <p>A {@link io.github.calib8.quantization.Target} says which tensors are observed and which nodes
 * run in integers. Its planner turns a model and a calibration table into a {@link
 * io.github.calib8.quantization.QuantizationPlan}, which is data; a rewriter that decides nothing
 * executes it. Pure: nothing here runs a model or reads a file.
 */
@NullMarked
package io.github.calib8.quantization;

import org.jspecify.annotations.NullMarked;

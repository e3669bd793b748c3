/**
 * FP32 against INT8 on the same decoded images: top-1, top-5, paired statistics of the difference,
 * agreement, divergence of the outputs and throughput, as one immutable report a network. What was
 * counted can be saved, merged and gone on from.
 */
@NullMarked
package io.github.calib8.evaluation;

import org.jspecify.annotations.NullMarked;

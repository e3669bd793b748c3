/**
 * How fast networks run, FP32 against INT8: throughput, latency, scaling over workers and energy,
 * on synthetic images. Runs the precisions in turns, so that whatever else the machine does hits
 * all of them alike.
 */
@NullMarked
package io.github.calib8.benchmark;

import org.jspecify.annotations.NullMarked;

/**
 * Drives images through a model and turns what its tensors hold into scales.
 *
 * <p>{@link io.github.calib8.calibration.Calibrator} streams images, {@link
 * io.github.calib8.calibration.CalibrationStatistics} is what it has seen: mergeable, saved and
 * resumed. No activation outlives its micro-batch.
 */
@NullMarked
package io.github.calib8.calibration;

import org.jspecify.annotations.NullMarked;

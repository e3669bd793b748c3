/**
 * Quantization parameters and the calibration table.
 *
 * <p>A {@link io.github.calib8.scale.CalibrationTable} is the product of a calibration: for every
 * observed tensor the threshold that was chosen, the {@link
 * io.github.calib8.scale.QuantizationParameters} that follow from it, the statistics behind it, and
 * the {@link io.github.calib8.scale.Provenance} of the whole. The package owns the table's file
 * format and those of other programs ({@link io.github.calib8.scale.TensorRtCache}, {@link
 * io.github.calib8.scale.DynamicRanges}), and knows nothing of engines, images or graphs.
 */
@NullMarked
package io.github.calib8.scale;

import org.jspecify.annotations.NullMarked;

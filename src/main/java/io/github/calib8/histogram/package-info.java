/**
 * Streaming, mergeable histograms of magnitudes, and the searches for a clipping threshold on them.
 *
 * <p>A {@link io.github.calib8.histogram.Histogram} accumulates a tensor's values in one pass and
 * constant memory, and depends on the multiset of values alone. A {@link
 * io.github.calib8.histogram.CalibrationMethod} turns one into a {@link
 * io.github.calib8.histogram.Threshold}. The package knows nothing of engines, images or graphs.
 */
@NullMarked
package io.github.calib8.histogram;

import org.jspecify.annotations.NullMarked;

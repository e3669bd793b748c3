/**
 * DJL's side of things: its images, data sets and models for calibration, and a translator that
 * gives DJL the same preprocessing.
 *
 * <p>A bridge, which nothing else here needs: {@link io.github.calib8.djl.DjlTranslator} for models
 * that DJL runs, {@link io.github.calib8.djl.DjlDatasets} and {@link
 * io.github.calib8.djl.DjlModels} for what DJL has.
 */
@NullMarked
package io.github.calib8.djl;

import org.jspecify.annotations.NullMarked;

/**
 * From bytes to pixels to tensors: decoding through the ImageIO plug-in registry and, for JPEGs,
 * the system's libjpeg-turbo where it is installed, resampling, and preprocessing with every
 * parameter explicit.
 */
@NullMarked
package io.github.calib8.image;

import org.jspecify.annotations.NullMarked;

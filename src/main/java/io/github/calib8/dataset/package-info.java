/**
 * Labeled images and how they become tensors: data sets in ILSVRC2012's layouts or as plain
 * folders, decoding through the ImageIO plug-in registry and, for JPEGs, the system's libjpeg-turbo
 * where it is installed, preprocessing with every parameter explicit, and batches that are decoded
 * ahead on other threads.
 */
@NullMarked
package io.github.calib8.dataset;

import org.jspecify.annotations.NullMarked;

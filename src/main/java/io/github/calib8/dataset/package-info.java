/**
 * Labeled images and the batches that they become: data sets in ILSVRC2012's layouts or as plain
 * folders, their labels, and batches that are decoded and preprocessed ahead on other threads.
 */
@NullMarked
package io.github.calib8.dataset;

import org.jspecify.annotations.NullMarked;

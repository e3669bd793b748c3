/**
 * Why an FP32 classifier is less accurate than it should be: other preprocessings and other
 * readings of the labels, tried on some images and ranked by paired evidence.
 */
@NullMarked
package io.github.calib8.diagnosis;

import org.jspecify.annotations.NullMarked;

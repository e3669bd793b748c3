/** INT8 calibration and accuracy validation of image classifiers. */
@org.jspecify.annotations.NullMarked
package io.github.calib8;

/**
 * Calibration and evaluation on an Apache Spark cluster, with the results of one machine.
 *
 * <p>{@link io.github.calib8.spark.SparkImages} says which images, {@link
 * io.github.calib8.spark.SparkCalibrator} and {@link io.github.calib8.spark.SparkEvaluator} have
 * executors run the models on parts of them, and merge what these have seen. Needs Spark 4 for
 * Scala 2.13 on the class path; nothing else of this library does.
 */
@NullMarked
package io.github.calib8.spark;

import org.jspecify.annotations.NullMarked;

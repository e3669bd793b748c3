package io.github.calib8.benchmark;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What all workers did together in one turn.
 *
 * @param images run
 * @param seconds from the common start to the end of the last run
 * @param milliseconds of each run that was waited for
 * @param joules taken meanwhile, if a meter can be read
 */
record Slice(long images, double seconds, List<Double> milliseconds, OptionalDouble joules) {
  double imagesPerSecond() {
    return images / seconds;
  }
}

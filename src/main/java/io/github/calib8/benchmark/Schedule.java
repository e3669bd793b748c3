package io.github.calib8.benchmark;

import java.time.Duration;

/**
 * How long to measure one precision at one setting.
 *
 * @param warmup before the first repeat, not counted
 * @param time of all repeats together
 * @param repeats how many turns the time is cut into
 */
record Schedule(Duration warmup, Duration time, int repeats) {
  Duration turn() {
    return time.dividedBy(repeats);
  }
}

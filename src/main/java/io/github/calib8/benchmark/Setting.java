package io.github.calib8.benchmark;

/** What a measurement depends on beside the network and the precision. */
record Setting(int batchSize, int workers, int threads) {}

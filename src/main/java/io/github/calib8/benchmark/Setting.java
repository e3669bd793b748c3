package io.github.calib8.benchmark;

import io.github.calib8.engine.Placement;

/** What a measurement depends on beside the network and the precision. */
record Setting(int batchSize, int workers, int threads, int largestBatch, Placement placement) {}

/** Waiting for work that other threads do. */
@NullMarked
package io.github.calib8.threads;

import org.jspecify.annotations.NullMarked;

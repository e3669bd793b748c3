/** Threads that work for others, and waiting for what they do. */
@NullMarked
package io.github.calib8.threads;

import org.jspecify.annotations.NullMarked;

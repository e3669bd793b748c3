/**
 * How long work is done: files that appear whole or not at all, the one way in which this library
 * writes, and what is around the content of binary ones; the files that it goes on from; threads
 * that work for others; and its progress.
 */
@NullMarked
package io.github.calib8.work;

import org.jspecify.annotations.NullMarked;

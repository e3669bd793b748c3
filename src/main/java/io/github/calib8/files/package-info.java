/**
 * Files that appear whole or not at all, the one way in which this library writes; what is around
 * the content of binary ones; and those that long work goes on from.
 */
@NullMarked
package io.github.calib8.files;

import org.jspecify.annotations.NullMarked;

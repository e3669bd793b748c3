/**
 * What made the embedded data: draws the labelled images and trains the small networks, both from a
 * seed. Compiled only with the profile {@code train}; nothing in the library depends on it.
 */
@NullMarked
package io.github.calib8.train;

import org.jspecify.annotations.NullMarked;

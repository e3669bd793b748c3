/** Damages files at random, the same way each time. */
@NullMarked
package io.github.calib8.fuzz;

import org.jspecify.annotations.NullMarked;

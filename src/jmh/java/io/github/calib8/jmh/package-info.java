/**
 * Measurements of the library's own speed, run by hand: what they print is in the documentation.
 */
@NullMarked
package io.github.calib8.jmh;

import org.jspecify.annotations.NullMarked;

/** Files that appear whole or not at all: the one way in which this library writes. */
@NullMarked
package io.github.calib8.files;

import org.jspecify.annotations.NullMarked;

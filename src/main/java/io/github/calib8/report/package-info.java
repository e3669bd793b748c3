/** Pure rendering of results for people and for other programs; runs nothing and writes no file. */
@NullMarked
package io.github.calib8.report;

import org.jspecify.annotations.NullMarked;

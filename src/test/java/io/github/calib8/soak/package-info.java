/** Long runs by hand. */
package io.github.calib8.soak;

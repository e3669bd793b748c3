/** What the engine's tests must not leave behind. */
package io.github.calib8.leaks;

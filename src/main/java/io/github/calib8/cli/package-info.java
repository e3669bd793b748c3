/**
 * The command line: the embedded run, the evaluation of a user's model, exit codes. The only place
 * that prints or ends the process.
 */
@NullMarked
package io.github.calib8.cli;

import org.jspecify.annotations.NullMarked;

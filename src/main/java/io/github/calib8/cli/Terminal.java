package io.github.calib8.cli;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import picocli.CommandLine.Help.Ansi;

/**
 * A standard stream: does a person read it, or a file or program?
 *
 * <p>Java tells that of standard input and output together only; standard error, where progress
 * goes, may be a terminal where standard output is a file.
 */
enum Terminal {
  OUT(1),
  ERR(2);

  private static final String NO_COLOR = "NO_COLOR";

  private final int descriptor;

  Terminal(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Whether a person watches, on something that can draw over what it has shown. */
  boolean isInteractive() {
    return !"dumb".equals(System.getenv("TERM")) && isTerminal();
  }

  private boolean isTerminal() {
    try {
      Function isatty =
          Platform.isWindows()
              ? Function.getFunction("msvcrt", "_isatty")
              : Function.getFunction(Platform.C_LIBRARY_NAME, "isatty");
      return isatty.invokeInt(new Object[] {descriptor}) != 0;
    } catch (LinkageError e) {
      return System.console() != null;
    }
  }

  /**
   * Whether to use colors: for a person, unless they {@code NO_COLOR}.
   *
   * @see <a href="https://no-color.org">the convention</a>
   */
  Ansi colors() {
    String noColor = System.getenv(NO_COLOR);
    if ((noColor != null && !noColor.isEmpty()) || !isInteractive()) {
      return Ansi.OFF;
    }
    // Not every terminal of Windows knows the codes.
    return Platform.isWindows() ? Ansi.AUTO : Ansi.ON;
  }
}

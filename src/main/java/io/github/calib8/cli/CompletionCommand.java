package io.github.calib8.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code calib8 generate-completion}: teaches a shell this command line. */
@Command(
    name = "generate-completion",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    description = {
      "Prints a script for bash and zsh that completes commands, options and their values for"
          + " whatever is called calib8: a script, an alias or a function of that name.",
      ""
    },
    footer = {"", "Example:", "  calib8 generate-completion > calib8.completion"})
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(withAsciiDigits(AutoComplete.bash(spec.root().name(), spec.root().commandLine())));
    out.flush();
    return ExitCode.FINE;
  }

  /** picocli numbers variables in the digits of the machine's language, which no shell takes. */
  private static String withAsciiDigits(String script) {
    StringBuilder text = new StringBuilder();
    script
        .codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .forEach(text::appendCodePoint);
    return text.toString();
  }
}

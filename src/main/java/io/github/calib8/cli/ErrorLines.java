package io.github.calib8.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Says in one line what went wrong, and chooses the exit code. */
final class ErrorLines
    implements IParameterExceptionHandler, IExecutionExceptionHandler, IExecutionStrategy {

  private static final String LIBRARY = "io.github.calib8.";

  /** Back to the start of the line, and erase it: a progress bar may be there. */
  private static final String OVER_THE_BAR = "\r\u001b[K";

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    List<String> unknown = command.getUnmatchedArguments();
    // What is missing is often what was misspelled.
    String message =
        e instanceof MissingParameterException && !unknown.isEmpty()
            ? "Unknown: " + String.join(" ", unknown) + "; " + e.getMessage()
            : e.getMessage();
    print(command, message + " (see " + command.getCommandSpec().qualifiedName() + " --help)");
    return ExitCode.WRONG_USAGE;
  }

  /** Runs the last command of the line, and takes the virtual machine's errors to the handler. */
  @Override
  public int execute(ParseResult result) {
    try {
      int code = new RunLast().execute(result);
      return code == ExitCode.FINE ? checkPrinted(result) : code;
    } catch (Error e) {
      List<CommandLine> commands = result.asCommandLineList();
      throw new ExecutionException(commands.get(commands.size() - 1), e.toString(), e);
    }
  }

  /** What a command prints is its result: a standard output that is full or closed loses it. */
  private static int checkPrinted(ParseResult result) {
    List<CommandLine> commands = result.asCommandLineList();
    CommandLine last = commands.get(commands.size() - 1);
    // The parser's writer does not ask the stream below it.
    if (last.getOut().checkError() || System.out.checkError()) {
      print(last, "Expected a standard output that takes the results, found it full or closed");
      return ExitCode.BAD_INPUT;
    }
    return ExitCode.FINE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    Throwable cause = cause(e);
    Optional<String> temporary =
        isInterruption(cause) ? Optional.empty() : TemporaryFolder.problem(cause);
    int code = temporary.isPresent() ? ExitCode.BAD_INPUT : code(cause);
    print(
        command,
        temporary.orElseGet(
            () -> code == ExitCode.INTERNAL_ERROR ? internal(cause) : describe(cause, command)));
    if (command.getParseResult().hasMatchedOption(CommonOptions.STACKTRACE)) {
      e.printStackTrace(command.getErr());
      command.getErr().flush();
    }
    return code;
  }

  private static Throwable cause(Exception e) {
    Throwable cause = e.getCause();
    boolean isWrapped =
        e instanceof UncheckedIOException
            || (e instanceof ExecutionException && cause instanceof Error);
    return cause != null && isWrapped ? cause : e;
  }

  /** The library's own exceptions, and those it throws for its caller's faults, have good texts. */
  private static int code(Throwable e) {
    if (isInterruption(e)) {
      return ExitCode.INTERRUPTED;
    }
    boolean explained =
        e instanceof IOException
            || e.getClass().getName().startsWith(LIBRARY)
            || e instanceof IllegalArgumentException
            || e instanceof IllegalStateException;
    return explained ? ExitCode.BAD_INPUT : ExitCode.INTERNAL_ERROR;
  }

  /** A thread that is interrupted fails in many ways: files are closed under its hands. */
  private static boolean isInterruption(Throwable e) {
    return e instanceof CancellationException || Thread.currentThread().isInterrupted();
  }

  private static String internal(Throwable e) {
    return "Internal error, --stacktrace shows where: " + e;
  }

  private static String describe(Throwable e, CommandLine command) {
    if (isInterruption(e)) {
      Path state = command.getParseResult().matchedOptionValue(ResumeOptions.RESUME, null);
      return state == null
          ? "Interrupted"
          : "Interrupted; the same command goes on from what is saved in " + state;
    }
    // Java's file exceptions often hold nothing but the file's name.
    if (e instanceof FileSystemException file && file.getReason() == null) {
      if (e instanceof NoSuchFileException) {
        return "Expected a file, found none: " + file.getFile();
      }
      if (e instanceof AccessDeniedException) {
        return "Expected permission to use this file, found none: " + file.getFile();
      }
      return "Cannot use this file (" + e.getClass().getSimpleName() + "): " + file.getFile();
    }
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  /** Prints a line to standard error, after the program's name. */
  static void print(CommandLine command, String message) {
    PrintWriter err = command.getErr();
    if (Terminal.ERR.isInteractive()) {
      err.print(OVER_THE_BAR);
    }
    err.print(Terminal.ERR.colors().string("@|bold,red calib8:|@ "));
    err.println(message.strip().replaceAll("\\s*\\R\\s*", " "));
    err.flush();
  }
}

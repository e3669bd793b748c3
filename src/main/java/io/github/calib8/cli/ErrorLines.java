package io.github.calib8.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Says in one line what went wrong, and chooses the exit code. */
final class ErrorLines implements IParameterExceptionHandler, IExecutionExceptionHandler {

  private static final String LIBRARY = "io.github.calib8.";

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    print(
        command, e.getMessage() + " (see " + command.getCommandSpec().qualifiedName() + " --help)");
    return ExitCode.WRONG_USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    Exception cause = e instanceof UncheckedIOException unchecked ? unchecked.getCause() : e;
    boolean explained = isExplained(cause);
    print(
        command,
        explained ? describe(cause) : "Internal error, --stacktrace shows where: " + cause);
    if (command.getParseResult().hasMatchedOption(CommonOptions.STACKTRACE)) {
      e.printStackTrace(command.getErr());
      command.getErr().flush();
    }
    return explained ? ExitCode.BAD_INPUT : ExitCode.INTERNAL_ERROR;
  }

  /** The library's own exceptions, and those it throws for its caller's faults, have good texts. */
  private static boolean isExplained(Exception e) {
    return e instanceof IOException
        || e.getClass().getName().startsWith(LIBRARY)
        || e instanceof IllegalArgumentException
        || e instanceof IllegalStateException;
  }

  /** Java's file exceptions often hold nothing but the file's name. */
  private static String describe(Exception e) {
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

  private static void print(CommandLine command, String message) {
    PrintWriter err = command.getErr();
    err.println("calib8: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
    err.flush();
  }
}

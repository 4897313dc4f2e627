package io.clusterdb.tasks.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says errors on standard error in a line or few and gives the exit code. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Terminal terminal;
  private final GlobalOptions options;

  Errors(Terminal terminal, GlobalOptions options) {
    this.terminal = terminal;
    this.options = options;
  }

  @Override
  public int handleParseException(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    terminal.say(name + ": " + error.getMessage());
    UnmatchedArgumentException.printSuggestions(error, terminal.err());
    terminal.say("Try '" + name + " --help'.");
    if (options.verbose()) {
      error.printStackTrace(terminal.err());
    }
    return ExitCodes.USAGE;
  }

  @Override
  public int handleExecutionException(
      Exception error, CommandLine command, @Nullable ParseResult parsed) {
    return of(error);
  }

  /** Says what ended a command; returns the exit code. */
  int of(Exception error) {
    Throwable cause = ExitCodes.unwrap(error);
    if (brokenPipe(cause)) {
      return ExitCodes.DONE; // as with `| head`: the reader has what it wanted
    }
    terminal.say("tasks: " + reason(cause));
    if (options.verbose()) {
      cause.printStackTrace(terminal.err());
    }
    return ExitCodes.of(cause);
  }

  /** What an error says, also where its message alone would be a puzzle. */
  static String reason(Throwable error) {
    @Nullable String message = error.getMessage();
    return switch (error) {
      case NoSuchFileException e -> "no such file: " + message;
      case AccessDeniedException e -> "no permission to read " + message;
      case InterruptedException e -> "interrupted";
      default -> message == null || message.isBlank() ? error.getClass().getSimpleName() : message;
    };
  }

  private static boolean brokenPipe(@Nullable Throwable error) {
    for (@Nullable Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof IOException && "Broken pipe".equals(at.getMessage())) {
        return true;
      }
    }
    return false;
  }
}

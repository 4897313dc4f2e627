package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.PermanentFailure;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a process did not start, from what Java tells of the system's error number. */
final class StartFailures {
  private static final Pattern ERROR = Pattern.compile("error[=:] ?(\\d+)");
  private static final int NO_SUCH_FILE = 2;
  private static final int TOO_LONG = 7;
  private static final int NO_PERMISSION = 13;

  private StartFailures() {}

  /** A failure that another worker may not have, except where it lies in the job itself. */
  static RuntimeException explain(String program, IOException error) {
    String message = String.valueOf(error.getMessage());
    Matcher number = ERROR.matcher(message);
    return switch (number.find() ? Integer.parseInt(number.group(1)) : 0) {
      case NO_SUCH_FILE ->
          failure(program, "this worker has no such program. Install it, or correct the command.");
      case NO_PERMISSION ->
          failure(
              program,
              "this worker may not execute it. Make it an executable file, or correct the"
                  + " command.");
      case TOO_LONG ->
          new PermanentFailure(
              "command "
                  + program
                  + " cannot start: its arguments and variables are longer than the system allows."
                  + " Read the payload from standard input instead of {}.");
      default -> failure(program, message);
    };
  }

  private static NamedFailure failure(String program, String why) {
    return new NamedFailure(
        CommandOutcome.EXEC_ERROR, "command " + program + " cannot start: " + why);
  }
}

package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.Discard;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.NamedFailure;
import io.clusterdb.tasks.PermanentFailure;
import io.clusterdb.tasks.TasksException;
import org.jspecify.annotations.Nullable;

/**
 * What a command did.
 *
 * @param name what messages call it
 * @param exit its exit code; 128 and more for a signal, as shells have it
 * @param output its standard output, up to the limit
 * @param outputBytes how long its standard output was
 * @param limit how long its standard output may be
 * @param errors the end of its standard error
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record CommandOutcome(
    String name, int exit, byte[] output, long outputBytes, int limit, String errors) {
  /** Type of a command's failure that names none. */
  static final String EXEC_ERROR = "ExecError";

  /** Type of a failure with exit code 75, EX_TEMPFAIL of sysexits.h. */
  static final String TRANSIENT_ERROR = "TransientError";

  private static final int TEMPORARY = 75;
  private static final int SIGNALLED = 128;
  private static final int LAST_SIGNAL = 64;
  private static final int MAX_TAIL = 1_000;

  /**
   * The result.
   *
   * @throws NamedFailure if the command failed
   * @throws PermanentFailure if it failed and said so by this name
   * @throws Discard likewise
   * @throws TasksException INVALID_RESULT if its standard output is too long
   */
  @Nullable Object result() {
    if (exit != 0) {
      throw failure();
    }
    if (outputBytes > limit) {
      throw new TasksException(
          ErrorCode.INVALID_RESULT,
          "command "
              + name
              + " wrote "
              + outputBytes
              + " bytes to standard output, where a result of at most "
              + limit
              + " is expected. Write them elsewhere, and print a reference.");
    }
    return ResultText.parse(output, true);
  }

  private RuntimeException failure() {
    ReportedError reported = ReportedError.lastLineOf(errors);
    String type = reported.type();
    String message = reported.message() == null ? description() : reported.message();
    if (type == null) {
      type = exit == TEMPORARY ? TRANSIENT_ERROR : EXEC_ERROR;
    }
    // The names of Java's exceptions mean what they mean in Java.
    return switch (type) {
      case "PermanentFailure" -> new PermanentFailure(message);
      case "Discard" -> new Discard(message);
      default -> new NamedFailure(type, message);
    };
  }

  private String description() {
    int number = exit - SIGNALLED;
    String signal = number > 0 && number <= LAST_SIGNAL ? " (signal " + number + ")" : "";
    return "command " + name + " exited with " + exit + signal + ": " + tail();
  }

  private String tail() {
    String text = errors.strip();
    if (text.isEmpty()) {
      return "it wrote nothing to standard error";
    }
    return text.length() <= MAX_TAIL ? text : "…" + text.substring(text.length() - MAX_TAIL);
  }
}

package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What the command's exit code says; the one place that maps errors to it. */
final class ExitCodes {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int NOT_FOUND = 3;
  static final int UNREACHABLE = 4;

  private ExitCodes() {}

  /** The exit code of an error of this code. */
  static int of(ErrorCode code) {
    return switch (code) {
      case QUEUE_NOT_FOUND,
          SCHEDULE_NOT_FOUND,
          JOB_NOT_FOUND,
          WORKFLOW_NOT_FOUND,
          EXECUTION_NOT_FOUND ->
          NOT_FOUND;
      case UNREACHABLE -> UNREACHABLE;
      case INVALID_CONFIG, INVALID_JOB, INVALID_REQUEST -> USAGE;
      case JOB_TIMEOUT,
          QUEUE_FULL,
          TASK_DEPENDENCY_FAILED,
          INVALID_PAYLOAD,
          INVALID_RESULT,
          INVALID_RECORD,
          UNKNOWN_TYPE,
          WORKER_CRASHED,
          LEASE_LOST,
          CONFLICT,
          CANCELLED,
          WAIT_TIMEOUT,
          FORBIDDEN,
          CLOSED,
          INTERNAL ->
          FAILED;
    };
  }

  /** The exit code of whatever ended a command. */
  static int of(Throwable error) {
    return switch (unwrap(error)) {
      case TasksException e -> of(e.code());
      case org.apache.kafka.common.errors.TimeoutException e -> UNREACHABLE;
      case org.apache.kafka.common.errors.DisconnectException e -> UNREACHABLE;
      default -> FAILED;
    };
  }

  /** The error itself, without the wrapping of futures. */
  static Throwable unwrap(Throwable error) {
    @Nullable Throwable cause = error.getCause();
    return cause != null
            && (error instanceof CompletionException || error instanceof ExecutionException)
        ? unwrap(cause)
        : error;
  }
}

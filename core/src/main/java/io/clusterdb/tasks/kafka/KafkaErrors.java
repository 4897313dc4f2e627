package io.clusterdb.tasks.kafka;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Turns exceptions of Kafka's clients into {@link TasksException}s. Stateless. */
public final class KafkaErrors {
  private KafkaErrors() {}

  /**
   * The exception to throw instead.
   *
   * @param what what was attempted, as in {@code could not <what>}
   * @param bootstrap addresses that were given for the brokers
   * @param error what a Kafka client threw; a {@link TasksException} is returned as it is
   */
  public static TasksException of(String what, String bootstrap, Throwable error) {
    Throwable cause = unwrap(error);
    return switch (cause) {
      case TasksException known -> known;
      case AuthenticationException e ->
          new TasksException(
              ErrorCode.FORBIDDEN,
              "could not %s: the brokers at %s refused the login (%s). Check the security settings under kafka.properties."
                  .formatted(what, bootstrap, e.getMessage()),
              e);
      case AuthorizationException e ->
          new TasksException(
              ErrorCode.FORBIDDEN,
              "could not %s: Kafka refused (%s). Grant this user the right."
                  .formatted(what, e.getMessage()),
              e);
      case RecordTooLargeException e ->
          new TasksException(
              ErrorCode.INVALID_PAYLOAD,
              "could not %s: the record is too large (%s). Keep large data elsewhere and put a reference into the payload."
                  .formatted(what, e.getMessage()),
              e);
      case InterruptException e -> interrupted(what, e);
      case InterruptedException e -> {
        Thread.currentThread().interrupt();
        yield interrupted(what, e);
      }
      case TimeoutException e -> unreachable(what, bootstrap, e);
      case java.util.concurrent.TimeoutException e -> unreachable(what, bootstrap, e);
      case RetriableException e -> unreachable(what, bootstrap, e);
      default ->
          isUnresolvable(cause)
              ? unreachable(what, bootstrap, cause)
              : new TasksException(
                  ErrorCode.INTERNAL, "could not %s: %s".formatted(what, describe(cause)), cause);
    };
  }

  /** Whether an error of a Kafka client says that no broker answered. */
  public static boolean isUnreachable(Throwable error) {
    Throwable cause = unwrap(error);
    return cause instanceof TimeoutException
        || cause instanceof java.util.concurrent.TimeoutException
        || cause instanceof DisconnectException;
  }

  /** The first exception that is not a mere wrapper. */
  public static Throwable unwrap(Throwable error) {
    Throwable cause = error;
    while (isWrapper(cause) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static boolean isWrapper(Throwable error) {
    return error instanceof ExecutionException
        || error instanceof CompletionException
        || error.getClass() == KafkaException.class;
  }

  private static boolean isUnresolvable(Throwable cause) {
    String message = cause.getMessage();
    return cause instanceof ConfigException
        && message != null
        && message.contains("No resolvable bootstrap");
  }

  private static TasksException unreachable(String what, String bootstrap, Throwable cause) {
    return new TasksException(
        ErrorCode.UNREACHABLE,
        "could not %s: expected an answer from the Kafka brokers at %s, found none in time (%s). Check the address, and that the brokers run; `tasks dev` starts one."
            .formatted(what, bootstrap, describe(cause)),
        cause);
  }

  private static TasksException interrupted(String what, Exception cause) {
    return new TasksException(
        ErrorCode.CANCELLED,
        "could not %s: the thread was interrupted while it waited, so the outcome is not known."
            .formatted(what),
        cause);
  }

  private static String describe(Throwable cause) {
    @Nullable String message = cause.getMessage();
    return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
  }
}

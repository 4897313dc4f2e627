package io.clusterdb.tasks.codec;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import org.jspecify.annotations.Nullable;

/** What is wrong with a payload, in words. */
final class PayloadErrors {
  private PayloadErrors() {}

  static TasksException unreadable(
      String topic, Class<?> type, String found, String next, @Nullable Throwable cause) {
    return new TasksException(
        ErrorCode.INVALID_PAYLOAD,
        "expected a payload of topic %s that can be read as %s, found %s. %s"
            .formatted(topic, type.getName(), found, next),
        cause);
  }

  static TasksException unwritable(Object payload, String as, @Nullable Throwable cause) {
    return new TasksException(
        ErrorCode.INVALID_PAYLOAD,
        "expected a payload that can be written as %s, found %s%s. Use types that can, or give a Payload of bytes."
            .formatted(
                as,
                payload.getClass().getName(),
                cause == null ? "" : " (" + cause.getMessage() + ")"),
        cause);
  }
}

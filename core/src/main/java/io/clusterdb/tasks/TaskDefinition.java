package io.clusterdb.tasks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the platform knows of a type of job. Immutable; each method that takes a value returns a
 * changed copy.
 *
 * @param type the type's name
 * @param queue queue of jobs that name none; null for {@code default}
 * @param payloadType Java class that payloads are checked against when they are enqueued from Java;
 *     null for any
 * @param payloadSchema Avro schema, as JSON text, that payloads must fit when they are enqueued;
 *     null for any
 * @param timeout how long an attempt may run; null for the queue's
 * @param retry retry policy; null for the queue's
 */
public record TaskDefinition(
    String type,
    @Nullable String queue,
    @Nullable Class<?> payloadType,
    @Nullable String payloadSchema,
    @Nullable Duration timeout,
    @Nullable RetryPolicy retry) {
  /** Checks the values. */
  public TaskDefinition {
    Checks.text("a type's name", type, Job.MAX_NAME_LENGTH);
    if (queue != null) {
      Checks.topicPart("a queue's name", queue);
    }
    if (timeout != null) {
      Checks.positive("timeout", timeout);
    }
  }

  /** A definition of this type, with nothing else said. */
  public static TaskDefinition of(String type) {
    return new TaskDefinition(type, null, null, null, null, null);
  }

  /** With this queue for jobs that name none. */
  public TaskDefinition queue(@Nullable String name) {
    return new TaskDefinition(type, name, payloadType, payloadSchema, timeout, retry);
  }

  /** With payloads of this class. */
  public TaskDefinition payloadType(@Nullable Class<?> value) {
    return new TaskDefinition(type, queue, value, payloadSchema, timeout, retry);
  }

  /** With payloads that fit this Avro schema. */
  public TaskDefinition payloadSchema(@Nullable String schema) {
    return new TaskDefinition(type, queue, payloadType, schema, timeout, retry);
  }

  /** With this limit to how long an attempt may run. */
  public TaskDefinition timeout(@Nullable Duration value) {
    return new TaskDefinition(type, queue, payloadType, payloadSchema, value, retry);
  }

  /** With this retry policy. */
  public TaskDefinition retry(@Nullable RetryPolicy value) {
    return new TaskDefinition(type, queue, payloadType, payloadSchema, timeout, value);
  }
}

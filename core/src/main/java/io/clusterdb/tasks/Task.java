package io.clusterdb.tasks;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Work to do by type, wherever its jobs run. Immutable; each method that takes a value returns a
 * changed copy.
 *
 * @param type chooses the handler, and the queue by the type's registration
 * @param payload what the handler gets; null for none
 * @param id id of the job; null to have one made
 * @param queue queue of the job; null for the type's
 * @param key ordering key; null for none
 * @param priority lane of the job
 * @param timeout how long an attempt may run; null for the type's or the queue's
 * @param retry retry policy; null for the type's or the queue's
 * @param metadata travels with the job
 */
public record Task(
    String type,
    @Nullable Object payload,
    @Nullable String id,
    @Nullable String queue,
    @Nullable String key,
    Priority priority,
    @Nullable Duration timeout,
    @Nullable RetryPolicy retry,
    Map<String, String> metadata) {
  /** Copies the metadata. */
  public Task {
    metadata = Map.copyOf(metadata);
  }

  /** A task of this type, without payload so far. */
  public static Task of(String type) {
    return new Task(type, null, null, null, null, Priority.NORMAL, null, null, Map.of());
  }

  /** With this payload. */
  public Task payload(@Nullable Object value) {
    return new Task(type, value, id, queue, key, priority, timeout, retry, metadata);
  }

  /** With this id. */
  public Task id(@Nullable String value) {
    return new Task(type, payload, value, queue, key, priority, timeout, retry, metadata);
  }

  /** In this queue. */
  public Task queue(@Nullable String name) {
    return new Task(type, payload, id, name, key, priority, timeout, retry, metadata);
  }

  /** With this ordering key. */
  public Task key(@Nullable String value) {
    return new Task(type, payload, id, queue, value, priority, timeout, retry, metadata);
  }

  /** In this lane. */
  public Task priority(Priority value) {
    return new Task(type, payload, id, queue, key, value, timeout, retry, metadata);
  }

  /** With this limit to how long an attempt may run. */
  public Task timeout(@Nullable Duration value) {
    return new Task(type, payload, id, queue, key, priority, value, retry, metadata);
  }

  /** With this retry policy. */
  public Task retry(@Nullable RetryPolicy value) {
    return new Task(type, payload, id, queue, key, priority, timeout, value, metadata);
  }

  /** With this metadata beside what is there. */
  public Task metadata(String name, String value) {
    Map<String, String> more = new HashMap<>(metadata);
    more.put(name, value);
    return new Task(type, payload, id, queue, key, priority, timeout, retry, more);
  }

  /** The job that does it. */
  public Job toJob() {
    return Job.of(type, payload)
        .id(id)
        .queue(queue)
        .key(key)
        .priority(priority)
        .timeout(timeout)
        .retry(retry)
        .metadata(metadata)
        .build();
  }
}

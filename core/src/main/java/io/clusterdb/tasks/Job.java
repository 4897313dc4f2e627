package io.clusterdb.tasks;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A job to enqueue. Immutable.
 *
 * @param type what kind of work it is; chooses the handler
 * @param payload what the handler gets: anything that JSON can carry, an Avro record, a {@link
 *     Payload}, or null
 * @param id the job's id; null to have one made. Using an id again starts a new run
 * @param queue its queue; null for its type's registered queue, else {@code default}
 * @param key jobs of one key go to one partition, and run in order where the queue's ordering is by
 *     key; null for none
 * @param priority its lane
 * @param timeout how long an attempt may run; null for its type's or its queue's
 * @param schedule when it may run; null for now
 * @param retry its own retry policy; null for its type's or its queue's
 * @param unique what makes it unique in its queue; null for nothing
 * @param batchId batch that it belongs to; null for none
 * @param metadata travels with the job in headers {@code job-meta-<name>}
 */
public record Job(
    String type,
    @Nullable Object payload,
    @Nullable String id,
    @Nullable String queue,
    @Nullable String key,
    Priority priority,
    @Nullable Duration timeout,
    @Nullable Schedule schedule,
    @Nullable RetryPolicy retry,
    @Nullable Unique unique,
    @Nullable String batchId,
    Map<String, String> metadata) {
  private static final Pattern META_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

  /** Longest id, key, type or batch id, in characters. */
  public static final int MAX_NAME_LENGTH = 500;

  /** Checks the values. */
  public Job {
    Checks.text("a job's type", type, MAX_NAME_LENGTH);
    if (id != null) {
      Checks.text("a job's id", id, MAX_NAME_LENGTH);
    }
    if (queue != null) {
      Checks.topicPart("a queue's name", queue);
    }
    if (key != null) {
      Checks.text("a job's key", key, MAX_NAME_LENGTH);
    }
    if (batchId != null) {
      Checks.text("a job's batch id", batchId, MAX_NAME_LENGTH);
    }
    if (timeout != null) {
      Checks.positive("timeout", timeout);
    }
    if (schedule instanceof Schedule.Every || schedule instanceof Schedule.Cron) {
      throw new TasksException(
          ErrorCode.INVALID_JOB,
          "a job runs once, so its schedule is Schedule.at or Schedule.after; found "
              + schedule
              + ". Configure a repeating schedule with tasks.schedules().configure(...).");
    }
    for (String name : metadata.keySet()) {
      Checks.that(
          META_NAME.matcher(name).matches() && name.length() <= 100,
          "metadata names of letters, digits, _, . and -, at most 100 characters",
          "\"" + name + "\"");
    }
    metadata = Map.copyOf(metadata);
  }

  /** A job of this type with this payload. */
  public static Builder of(String type, @Nullable Object payload) {
    return new Builder(type, payload);
  }

  /** A job of this type without payload. */
  public static Builder of(String type) {
    return new Builder(type, null);
  }

  /** Builds a {@link Job}. Not thread-safe. */
  public static final class Builder {
    private final String type;
    private final @Nullable Object payload;
    private @Nullable String id;
    private @Nullable String queue;
    private @Nullable String key;
    private Priority priority = Priority.NORMAL;
    private @Nullable Duration timeout;
    private @Nullable Schedule schedule;
    private @Nullable RetryPolicy retry;
    private @Nullable Unique unique;
    private @Nullable String batchId;
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private Builder(String type, @Nullable Object payload) {
      this.type = type;
      this.payload = payload;
    }

    /** Sets the id; null to have one made. */
    public Builder id(@Nullable String value) {
      id = value;
      return this;
    }

    /** Sets the queue; null for the type's. */
    public Builder queue(@Nullable String name) {
      queue = name;
      return this;
    }

    /** Sets the ordering key; null for none. */
    public Builder key(@Nullable String value) {
      key = value;
      return this;
    }

    /** Sets the lane; {@link Priority#NORMAL} by default. */
    public Builder priority(Priority value) {
      priority = value;
      return this;
    }

    /** Sets how long an attempt may run; null for the type's or the queue's. */
    public Builder timeout(@Nullable Duration value) {
      timeout = value;
      return this;
    }

    /** Sets when it may run; null for now. */
    public Builder schedule(@Nullable Schedule value) {
      schedule = value;
      return this;
    }

    /** Sets its own retry policy; null for the type's or the queue's. */
    public Builder retry(@Nullable RetryPolicy value) {
      retry = value;
      return this;
    }

    /**
     * Makes it unique: of jobs with this key in its queue the first is admitted, for an hour; null
     * for not. {@link #unique(Unique)} says more.
     */
    public Builder uniqueKey(@Nullable String key) {
      return unique(key == null ? null : Unique.key(key));
    }

    /** Makes it unique in its queue; null for not. */
    public Builder unique(@Nullable Unique value) {
      unique = value;
      return this;
    }

    /** Sets the batch; null for none. */
    public Builder batchId(@Nullable String value) {
      batchId = value;
      return this;
    }

    /** Adds a piece of metadata. */
    public Builder metadata(String name, String value) {
      metadata.put(name, value);
      return this;
    }

    /** Adds metadata. */
    public Builder metadata(Map<String, String> values) {
      metadata.putAll(values);
      return this;
    }

    /**
     * Builds the job.
     *
     * @throws IllegalArgumentException if a value is not allowed
     * @throws TasksException INVALID_JOB if its schedule repeats
     */
    public Job build() {
      return new Job(
          type, payload, id, queue, key, priority, timeout, schedule, retry, unique, batchId,
          metadata);
    }
  }
}

package io.clusterdb.tasks;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Definition of a queue. Immutable.
 *
 * @param name matches {@code [a-z0-9][a-z0-9_-]*} and is no word that the platform uses itself
 * @param concurrency jobs that one worker process runs at once; 10 by default
 * @param partitions partitions of its topics when they are created; 8 by default
 * @param ordering order among its jobs; none by default
 * @param onRetry with ordering by key: whether a key waits for its failed job; it does by default
 * @param priorities declared lanes, NORMAL always among them; one that is used undeclared is
 *     declared thereby, and stays
 * @param defaultType type of records that name none; null for the queue's name
 * @param timeout how long an attempt may run; null for no limit
 * @param tracking what the job tracker keeps; everything by default
 * @param maxDepth pending jobs past which an enqueue is refused; null for no limit
 * @param retention how long consumed jobs are kept, and dead letters, those for at least a day; 7
 *     days by default
 * @param rateLimit how many jobs may start over all workers; null for no limit
 * @param retry policy of jobs that have none from their type or their own
 * @param deadLetter where dead letters go; null for the queue's own dead letter queue
 * @param middleware around every handler of the queue, outermost first
 */
public record Queue(
    String name,
    int concurrency,
    int partitions,
    Ordering ordering,
    OnRetry onRetry,
    Set<Priority> priorities,
    @Nullable String defaultType,
    @Nullable Duration timeout,
    Tracking tracking,
    @Nullable Long maxDepth,
    Duration retention,
    @Nullable RateLimit rateLimit,
    RetryPolicy retry,
    @Nullable DeadLetter deadLetter,
    List<DeclaredMiddleware> middleware) {
  /** Words that the platform's own topics and groups use, so no queue may be named by one. */
  public static final Set<String> RESERVED_NAMES =
      Set.of(
          "delayed",
          "unique",
          "catalog",
          "events",
          "control",
          "replies",
          "workflows",
          "schedules",
          "alerts",
          "audit",
          "scheduler",
          "orchestrator",
          "retry",
          "dlq",
          "high",
          "low");

  /** Most jobs that one worker process may run at once. */
  public static final int MAX_CONCURRENCY = 100_000;

  /** Checks the values. */
  public Queue {
    Checks.topicPart("a queue's name", name);
    Checks.that(
        !RESERVED_NAMES.contains(name),
        "a queue's name that is none of the platform's own words " + sorted(RESERVED_NAMES),
        "\"" + name + "\"");
    Checks.that(
        concurrency >= 1 && concurrency <= MAX_CONCURRENCY,
        "a concurrency from 1 to " + MAX_CONCURRENCY,
        concurrency);
    Checks.that(partitions >= 1 && partitions <= 10_000, "1 to 10000 partitions", partitions);
    EnumSet<Priority> lanes = EnumSet.of(Priority.NORMAL);
    lanes.addAll(priorities);
    priorities = Set.copyOf(lanes);
    Checks.that(
        ordering == Ordering.NONE || priorities.size() == 1,
        "no priorities beside ordering by key, since lanes overtake each other",
        lanes);
    if (defaultType != null) {
      Checks.text("default_type", defaultType, Job.MAX_NAME_LENGTH);
    }
    if (timeout != null) {
      Checks.positive("timeout", timeout);
    }
    if (maxDepth != null) {
      Checks.that(maxDepth >= 1, "a max_depth of 1 or more", maxDepth);
    }
    Checks.notNegative("retention", retention);
    if (deadLetter != null) {
      Integer after = deadLetter.afterAttempts();
      Checks.that(
          after == null || after <= retry.maxAttempts(),
          "dead_letter.after_attempts of at most max_attempts (" + retry.maxAttempts() + ")",
          after);
      String target = deadLetter.queue();
      Checks.that(
          target == null || (!target.equals(name) && !RESERVED_NAMES.contains(target)),
          "a dead letter queue that is neither the queue itself nor a word of the platform",
          "\"" + target + "\"");
    }
    middleware = List.copyOf(middleware);
  }

  private static List<String> sorted(Set<String> words) {
    return words.stream().sorted().toList();
  }

  /** A queue of this name, with defaults for the rest. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Attempts after which a job of this policy is a dead letter here. */
  public int attemptsOf(RetryPolicy policy) {
    Integer after = deadLetter == null ? null : deadLetter.afterAttempts();
    return after == null ? policy.maxAttempts() : Math.min(after, policy.maxAttempts());
  }

  /** This definition with one more lane. */
  public Queue withLane(Priority lane) {
    EnumSet<Priority> lanes = EnumSet.copyOf(priorities);
    lanes.add(lane);
    return toBuilder().priorities(lanes.toArray(Priority[]::new)).build();
  }

  /**
   * A new definition of this queue with the lanes that it has beside those that the new one
   * declares: a lane that was used may hold jobs, so it stays. One that orders by key is returned
   * as it is.
   */
  public Queue keepLanes(Queue next) {
    Queue kept = next;
    for (Priority lane : next.ordering() == Ordering.KEY ? Set.<Priority>of() : priorities) {
      kept = kept.priorities().contains(lane) ? kept : kept.withLane(lane);
    }
    return kept;
  }

  /** A builder that starts from this definition. */
  public Builder toBuilder() {
    Builder builder = new Builder(name);
    builder.concurrency = concurrency;
    builder.partitions = partitions;
    builder.ordering = ordering;
    builder.onRetry = onRetry;
    builder.priorities = priorities;
    builder.defaultType = defaultType;
    builder.timeout = timeout;
    builder.tracking = tracking;
    builder.maxDepth = maxDepth;
    builder.retention = retention;
    builder.rateLimit = rateLimit;
    builder.retry = retry;
    builder.deadLetter = deadLetter;
    builder.middleware = middleware;
    return builder;
  }

  /** Builds a {@link Queue}. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private int concurrency = 10;
    private int partitions = 8;
    private Ordering ordering = Ordering.NONE;
    private OnRetry onRetry = OnRetry.BLOCK;
    private Set<Priority> priorities = Set.of(Priority.NORMAL);
    private @Nullable String defaultType;
    private @Nullable Duration timeout;
    private Tracking tracking = Tracking.FULL;
    private @Nullable Long maxDepth;
    private Duration retention = Duration.ofDays(7);
    private @Nullable RateLimit rateLimit;
    private RetryPolicy retry = RetryPolicy.DEFAULT;
    private @Nullable DeadLetter deadLetter;
    private List<DeclaredMiddleware> middleware = List.of();

    private Builder(String name) {
      this.name = name;
    }

    /** Sets how many jobs one worker process runs at once. */
    public Builder concurrency(int jobs) {
      concurrency = jobs;
      return this;
    }

    /** Sets how many partitions its topics are created with. */
    public Builder partitions(int count) {
      partitions = count;
      return this;
    }

    /** Sets the order among its jobs. */
    public Builder ordering(Ordering value) {
      ordering = value;
      return this;
    }

    /** Sets what a key does while its failed job waits. */
    public Builder onRetry(OnRetry value) {
      onRetry = value;
      return this;
    }

    /** Declares lanes; NORMAL is always one. */
    public Builder priorities(Priority... lanes) {
      priorities = Set.of(lanes);
      return this;
    }

    /** Sets the type of records that name none; null for the queue's name. */
    public Builder defaultType(@Nullable String type) {
      defaultType = type;
      return this;
    }

    /** Sets how long an attempt may run; null for no limit. */
    public Builder timeout(@Nullable Duration value) {
      timeout = value;
      return this;
    }

    /** Sets what the job tracker keeps. */
    public Builder tracking(Tracking value) {
      tracking = value;
      return this;
    }

    /** Sets the pending jobs past which an enqueue is refused; null for no limit. */
    public Builder maxDepth(@Nullable Long jobs) {
      maxDepth = jobs;
      return this;
    }

    /** Sets how long consumed jobs are kept. */
    public Builder retention(Duration value) {
      retention = value;
      return this;
    }

    /** Sets how many jobs may start over all workers; null for no limit. */
    public Builder rateLimit(@Nullable RateLimit value) {
      rateLimit = value;
      return this;
    }

    /** Sets the retry policy. */
    public Builder retry(RetryPolicy value) {
      retry = value;
      return this;
    }

    /** Sets where dead letters go; null for the queue's own dead letter queue. */
    public Builder deadLetter(@Nullable DeadLetter value) {
      deadLetter = value;
      return this;
    }

    /** Sets the middleware around every handler of the queue, outermost first. */
    public Builder middleware(DeclaredMiddleware... values) {
      middleware = List.of(values);
      return this;
    }

    /**
     * Builds the definition.
     *
     * @throws IllegalArgumentException if a value is not allowed
     */
    public Queue build() {
      return new Queue(
          name,
          concurrency,
          partitions,
          ordering,
          onRetry,
          priorities,
          defaultType,
          timeout,
          tracking,
          maxDepth,
          retention,
          rateLimit,
          retry,
          deadLetter,
          middleware);
    }
  }
}

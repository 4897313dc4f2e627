package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.schemas.avro.DeadLetterDefinition;
import io.clusterdb.tasks.schemas.avro.QueueDefinition;
import io.clusterdb.tasks.schemas.avro.QueueOrdering;
import io.clusterdb.tasks.schemas.avro.RateLimitDefinition;
import io.clusterdb.tasks.schemas.avro.TaskTypeDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The user's definitions as the catalog holds them, and back. Pure. */
public final class Definitions {
  private Definitions() {}

  /** A queue's definition for the catalog. */
  public static QueueDefinition write(Queue queue, long version, Instant at) {
    RateLimit rate = queue.rateLimit();
    DeadLetter dead = queue.deadLetter();
    return QueueDefinition.newBuilder()
        .setName(queue.name())
        .setVersion(version)
        .setUpdatedAt(at)
        .setConcurrency(queue.concurrency())
        .setPartitions(queue.partitions())
        .setOrdering(QueueOrdering.valueOf(queue.ordering().name()))
        .setOnRetry(io.clusterdb.tasks.schemas.avro.OnRetry.valueOf(queue.onRetry().name()))
        .setPriorities(queue.priorities().stream().sorted().map(Priority::lane).toList())
        .setDefaultType(queue.defaultType())
        .setTimeoutMs(millis(queue.timeout()))
        .setTracking(io.clusterdb.tasks.schemas.avro.Tracking.valueOf(queue.tracking().name()))
        .setMaxDepth(queue.maxDepth())
        .setRetentionMs(queue.retention().toMillis())
        .setRateLimit(rate == null ? null : new RateLimitDefinition(rate.perSecond(), rate.burst()))
        .setRetry(RetryPolicies.write(queue.retry()))
        .setDeadLetter(
            dead == null ? null : new DeadLetterDefinition(dead.queue(), dead.afterAttempts()))
        .setMiddleware(queue.middleware().stream().map(Middlewares::write).toList())
        .build();
  }

  /**
   * The queue of a definition.
   *
   * @throws IllegalArgumentException if it is none that this version can work with
   */
  public static Queue read(QueueDefinition definition) {
    RateLimitDefinition rate = definition.getRateLimit();
    DeadLetterDefinition dead = definition.getDeadLetter();
    return new Queue(
        definition.getName(),
        definition.getConcurrency(),
        definition.getPartitions(),
        Ordering.valueOf(definition.getOrdering().name()),
        OnRetry.valueOf(definition.getOnRetry().name()),
        definition.getPriorities().stream().map(Priority::parse).collect(Collectors.toSet()),
        definition.getDefaultType(),
        RetryPolicies.millis(definition.getTimeoutMs()),
        Tracking.valueOf(definition.getTracking().name()),
        definition.getMaxDepth(),
        Duration.ofMillis(definition.getRetentionMs()),
        rate == null ? null : new RateLimit(rate.getPerSecond(), rate.getBurst()),
        RetryPolicies.read(definition.getRetry()),
        dead == null ? null : new DeadLetter(dead.getQueue(), dead.getAfterAttempts()),
        definition.getMiddleware().stream().map(Middlewares::read).toList());
  }

  /** A type's definition for the catalog. */
  public static TaskTypeDefinition write(TaskDefinition type, long version, Instant at) {
    Class<?> payload = type.payloadType();
    return TaskTypeDefinition.newBuilder()
        .setType(type.type())
        .setVersion(version)
        .setUpdatedAt(at)
        .setQueue(type.queue())
        .setTimeoutMs(millis(type.timeout()))
        .setRetry(type.retry() == null ? null : RetryPolicies.write(type.retry()))
        .setPayloadClass(payload == null ? null : payload.getName())
        .setPayloadSchema(type.payloadSchema())
        .build();
  }

  /**
   * The type of a definition; without its payload's class where that is not on the class path.
   *
   * @throws IllegalArgumentException if it is none that this version can work with
   */
  public static TaskDefinition read(TaskTypeDefinition definition) {
    return new TaskDefinition(
        definition.getType(),
        definition.getQueue(),
        payloadClass(definition.getPayloadClass()),
        definition.getPayloadSchema(),
        RetryPolicies.millis(definition.getTimeoutMs()),
        definition.getRetry() == null ? null : RetryPolicies.read(definition.getRetry()));
  }

  /** Whether two definitions are the same, given what the catalog keeps of them. */
  public static boolean same(Queue one, Queue other) {
    return write(one, 0, Instant.EPOCH).equals(write(other, 0, Instant.EPOCH));
  }

  /** Whether two definitions are the same, given what the catalog keeps of them. */
  public static boolean same(TaskDefinition one, TaskDefinition other) {
    return write(one, 0, Instant.EPOCH).equals(write(other, 0, Instant.EPOCH));
  }

  private static @Nullable Class<?> payloadClass(@Nullable String name) {
    if (name == null) {
      return null;
    }
    try {
      // Not initialised: a name in the catalog must not run code.
      return Class.forName(name, false, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }
}

package io.clusterdb.tasks;

import org.jspecify.annotations.Nullable;

/**
 * Where a queue's dead letters go, and after how many attempts.
 *
 * @param queue name of the dead letter queue, which several queues may share; null for the queue's
 *     own
 * @param afterAttempts attempts after which a job is a dead letter; at most the retry policy's
 *     {@code max_attempts}; null for the policy's
 */
public record DeadLetter(@Nullable String queue, @Nullable Integer afterAttempts) {
  /** Checks the values. */
  public DeadLetter {
    if (queue != null) {
      Checks.topicPart("a dead letter queue's name", queue);
    }
    if (afterAttempts != null) {
      Checks.that(afterAttempts >= 1, "after_attempts of 1 or more", afterAttempts);
    }
  }

  /** Dead letters go to the queue's own dead letter queue. */
  public static DeadLetter own() {
    return new DeadLetter(null, null);
  }

  /** Dead letters go to the dead letter queue of this name. */
  public static DeadLetter to(String queue) {
    return new DeadLetter(queue, null);
  }

  /** After this many attempts. */
  public DeadLetter afterAttempts(int attempts) {
    return new DeadLetter(queue, attempts);
  }
}

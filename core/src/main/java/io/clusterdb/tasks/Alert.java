package io.clusterdb.tasks;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An alert on a queue. Immutable.
 *
 * @param id random, the same from when it fires until it is over
 * @param rule what is watched: {@code queue_depth}, {@code error_rate}, {@code oldest_job} or
 *     {@code no_workers}; later versions may know more
 * @param queue the queue that it is about
 * @param state whether it goes on
 * @param severity {@code info}, {@code warning} or {@code critical}
 * @param value what was measured when it fired, in the rule's unit: jobs, a part from 0 to 1, or
 *     seconds
 * @param threshold what was allowed then, in the same unit
 * @param firedAt when it fired
 * @param resolvedAt when it was over; null while it fires
 * @param summary what is the matter, in a sentence
 * @param next what to do about it, in a sentence
 * @param webhook whether the webhook was told of this state
 */
public record Alert(
    String id,
    String rule,
    String queue,
    State state,
    String severity,
    double value,
    double threshold,
    Instant firedAt,
    @Nullable Instant resolvedAt,
    String summary,
    String next,
    Delivery webhook) {
  /** Whether an alert goes on. */
  public enum State {
    /** It goes on. */
    FIRING,
    /** It is over. */
    RESOLVED
  }

  /** Whether a webhook was told. */
  public enum Delivery {
    /** There was none. */
    NONE,
    /** It is to be told. */
    PENDING,
    /** It took it. */
    DELIVERED,
    /** It did not take it, and is told no more of this state. */
    FAILED
  }

  /** What it is about, as the topic's key has it: {@code rule/queue}. */
  public String key() {
    return rule + "/" + queue;
  }

  /** Over since then. */
  public Alert resolved(Instant at, Delivery delivery) {
    return new Alert(
        id,
        rule,
        queue,
        State.RESOLVED,
        severity,
        value,
        threshold,
        firedAt,
        at,
        summary,
        next,
        delivery);
  }

  /** With the webhook told, or not. */
  public Alert webhook(Delivery delivery) {
    return new Alert(
        id,
        rule,
        queue,
        state,
        severity,
        value,
        threshold,
        firedAt,
        resolvedAt,
        summary,
        next,
        delivery);
  }
}

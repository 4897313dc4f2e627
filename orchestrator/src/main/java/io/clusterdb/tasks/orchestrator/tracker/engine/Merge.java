package io.clusterdb.tasks.orchestrator.tracker.engine;

import io.clusterdb.tasks.orchestrator.tracker.engine.RunState.Attempted;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState.Due;
import io.clusterdb.tasks.orchestrator.tracker.engine.RunState.Seat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds a fact to what is known of a run. Each part of a state is the largest of what was said of it
 * by an order of its own, so facts may come in any order and any number of times: the result is the
 * same. Pure functions.
 */
public final class Merge {
  private Merge() {}

  /**
   * The state with a fact added.
   *
   * @param known what is known of the fact's run; null for nothing
   */
  public static RunState add(@Nullable RunState known, Fact fact) {
    return known == null ? first(fact) : merged(known, first(fact));
  }

  private static RunState first(Fact fact) {
    Standing standing = fact.standing();
    int attempt = standing.attempt();
    boolean inQueue = !fact.event() && standing.place().source() != Place.Source.DEAD_LETTERS;
    boolean dead = standing.place().source() == Place.Source.DEAD_LETTERS;
    return new RunState(
        standing,
        fact.queue(),
        fact.type(),
        fact.lane(),
        fact.createdAt() > 0 ? fact.createdAt() : standing.at(),
        fact.maxAttempts(),
        fact.dueAt() > 0 ? new Due(attempt, fact.dueAt()) : null,
        inQueue ? new Seat(attempt, standing.stage(), standing.place()) : null,
        dead && !fact.deadLetterGone() ? standing.place() : null,
        fact.deadLetterGone(),
        fact.execution() == null ? null : new Attempted(standing, fact.execution()),
        fact.metadata(),
        fact.batchId());
  }

  private static RunState merged(RunState one, RunState other) {
    RunState lead = one.standing().compareTo(other.standing()) >= 0 ? one : other;
    return new RunState(
        lead.standing(),
        lead.queue(),
        lead.type(),
        lead.lane(),
        Math.min(one.createdAt(), other.createdAt()),
        Math.max(one.maxAttempts(), other.maxAttempts()),
        larger(one.due(), other.due()),
        larger(one.seat(), other.seat()),
        larger(one.deadLetter(), other.deadLetter()),
        one.deadLetterGone() || other.deadLetterGone(),
        larger(one.last(), other.last()),
        richer(one.metadata(), other.metadata()),
        larger(one.batchId(), other.batchId()));
  }

  private static <T extends Comparable<? super T>> @Nullable T larger(
      @Nullable T one, @Nullable T other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) >= 0 ? one : other;
  }

  /** All records of a run carry the same; of others one is taken, so that they don't add up. */
  private static Map<String, String> richer(Map<String, String> one, Map<String, String> other) {
    if (one.size() != other.size()) {
      return one.size() > other.size() ? one : other;
    }
    return one.equals(other)
            || new TreeMap<>(one).toString().compareTo(new TreeMap<>(other).toString()) >= 0
        ? one
        : other;
  }
}

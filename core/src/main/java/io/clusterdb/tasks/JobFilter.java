package io.clusterdb.tasks;

import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs are asked for: those that fit all that is set. Immutable; each method that takes a
 * value returns a changed copy.
 *
 * @param queue of this queue; null for any
 * @param states in one of these states; empty for any
 * @param type of this type; null for any
 * @param from created at this time or later; null for no bound
 * @param to created before this time; null for no bound
 * @param metadata with all of this metadata
 */
public record JobFilter(
    @Nullable String queue,
    Set<JobState> states,
    @Nullable String type,
    @Nullable Instant from,
    @Nullable Instant to,
    Map<String, String> metadata) {
  private static final JobFilter ALL = new JobFilter(null, Set.of(), null, null, null, Map.of());

  /** Copies the collections. */
  public JobFilter {
    states = Set.copyOf(states);
    metadata = Map.copyOf(metadata);
  }

  /** Every job. */
  public static JobFilter all() {
    return ALL;
  }

  /** Those of this queue. */
  public JobFilter queue(@Nullable String name) {
    return new JobFilter(name, states, type, from, to, metadata);
  }

  /** Those in one of these states; none given means any. */
  public JobFilter states(JobState... wanted) {
    Set<JobState> set = EnumSet.noneOf(JobState.class);
    set.addAll(Set.of(wanted));
    return states(set);
  }

  /** Those in one of these states; empty means any. */
  public JobFilter states(Set<JobState> wanted) {
    return new JobFilter(queue, wanted, type, from, to, metadata);
  }

  /** Those of this type. */
  public JobFilter type(@Nullable String name) {
    return new JobFilter(queue, states, name, from, to, metadata);
  }

  /** Those created at this time or later. */
  public JobFilter from(@Nullable Instant time) {
    return new JobFilter(queue, states, type, time, to, metadata);
  }

  /** Those created before this time. */
  public JobFilter to(@Nullable Instant time) {
    return new JobFilter(queue, states, type, from, time, metadata);
  }

  /** Those with this metadata too. */
  public JobFilter metadata(String name, String value) {
    Map<String, String> more = new HashMap<>(metadata);
    more.put(name, value);
    return new JobFilter(queue, states, type, from, to, more);
  }
}

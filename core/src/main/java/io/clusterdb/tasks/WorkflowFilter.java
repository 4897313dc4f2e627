package io.clusterdb.tasks;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which runs of workflows are asked for: those that fit all that is set. Immutable; each method
 * that takes a value returns a changed copy.
 *
 * @param workflow of this workflow; null for any
 * @param states in one of these states; empty for any
 * @param from started at this time or later; null for no bound
 * @param to started before this time; null for no bound
 */
public record WorkflowFilter(
    @Nullable String workflow, Set<RunState> states, @Nullable Instant from, @Nullable Instant to) {
  private static final WorkflowFilter ALL = new WorkflowFilter(null, Set.of(), null, null);

  /** Copies the set. */
  public WorkflowFilter {
    states = Set.copyOf(states);
  }

  /** Every run. */
  public static WorkflowFilter all() {
    return ALL;
  }

  /** Those of this workflow. */
  public WorkflowFilter workflow(@Nullable String name) {
    return new WorkflowFilter(name, states, from, to);
  }

  /** Those in one of these states; none given means any. */
  public WorkflowFilter states(RunState... wanted) {
    Set<RunState> set = EnumSet.noneOf(RunState.class);
    set.addAll(Set.of(wanted));
    return states(set);
  }

  /** Those in one of these states; empty means any. */
  public WorkflowFilter states(Set<RunState> wanted) {
    return new WorkflowFilter(workflow, wanted, from, to);
  }

  /** Those started at this time or later. */
  public WorkflowFilter from(@Nullable Instant time) {
    return new WorkflowFilter(workflow, states, time, to);
  }

  /** Those started before this time. */
  public WorkflowFilter to(@Nullable Instant time) {
    return new WorkflowFilter(workflow, states, from, time);
  }
}

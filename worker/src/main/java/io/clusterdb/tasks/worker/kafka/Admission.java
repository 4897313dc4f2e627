package io.clusterdb.tasks.worker.kafka;

import io.clusterdb.tasks.worker.engine.Claim;
import io.clusterdb.tasks.worker.engine.Start;
import io.clusterdb.tasks.worker.run.Attempt;
import io.clusterdb.tasks.worker.run.Dispatcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Lets attempts go to the dispatcher as their partition's claim allows: at once, after the next
 * commit, or, as a suspect, announced and one at a time.
 */
final class Admission {
  private final Dispatcher dispatcher;
  private final Exclusive exclusive;
  private final BiConsumer<Attempt, String> refuse;
  private final List<Attempt> batch = new ArrayList<>();
  private boolean wantsCommit;
  private Phase phase = Phase.NORMAL;

  /** Where this queue stands while a suspect of the process runs alone. */
  private enum Phase {
    NORMAL,
    HOLDING,
    SAYING_QUIET,
    QUIET,
    RESUMING
  }

  /**
   * Creates an admission.
   *
   * @param refuse ends an attempt that may never start again, for this reason
   */
  Admission(Dispatcher dispatcher, Exclusive exclusive, BiConsumer<Attempt, String> refuse) {
    this.dispatcher = dispatcher;
    this.exclusive = exclusive;
    this.refuse = refuse;
  }

  /** Takes an attempt that the tracker has delivered. Call {@link #flush} after the last. */
  void admit(Attempt attempt, PartitionState state) {
    Start start = state.claim().start(attempt.record().offset(), state.tracker());
    switch (start) {
      case NOW -> batch.add(attempt);
      case AFTER_COMMIT -> {
        state.heldBack.add(attempt);
        wantsCommit = true;
      }
      case ANNOUNCED, ANNOUNCED_ALONE -> state.suspects.add(attempt);
      case NEVER ->
          refuse.accept(attempt, state.claim().reason(attempt.record().offset(), state.tracker()));
    }
  }

  /** Hands what may start to the dispatcher. */
  void flush() {
    if (!batch.isEmpty()) {
      dispatcher.add(batch);
      batch.clear();
    }
  }

  /** A settlement was committed: asks again for what waited for it. */
  void committed(Collection<PartitionState> states) {
    wantsCommit = false;
    if (phase == Phase.SAYING_QUIET) {
      phase = Phase.QUIET;
      exclusive.isQuiet(this);
    } else if (phase == Phase.RESUMING) {
      phase = Phase.NORMAL;
      dispatcher.hold(false);
    }
    for (PartitionState state : states) {
      if (state.owned()) {
        for (int waiting = state.heldBack.size(); waiting > 0; waiting--) {
          admit(state.heldBack.remove(), state);
        }
      }
    }
    flush();
  }

  /**
   * Brings suspects one step further.
   *
   * @param idle whether nothing of this queue runs or waits to be settled
   * @return whether a commit is wanted
   */
  boolean advanceSuspects(Collection<PartitionState> states, boolean idle) {
    boolean commit = false;
    for (PartitionState state : states) {
      if (state.owned()) {
        commit |= advance(state);
      }
    }
    return advanceQuiet(states, idle) || commit;
  }

  private boolean advance(PartitionState state) {
    Attempt first = state.suspects.peek();
    if (first == null || state.claim().excludesOthers()) {
      return false;
    }
    long offset = first.record().offset();
    if (state.claim().suspect() != Claim.NONE) {
      if (state.claim().suspect() == offset && state.claim().announced()) {
        dispatcher.add(state.suspects.remove());
      }
      return false;
    }
    Start start = state.claim().start(offset, state.tracker());
    if (start == Start.ANNOUNCED) {
      state.claim().announce(offset, false, state.tracker());
      return true;
    }
    if (start != Start.ANNOUNCED_ALONE) {
      admit(state.suspects.remove(), state);
      flush();
    }
    return false;
  }

  /** One suspect of the process at a time runs with all else quiet, and the log saying so. */
  private boolean advanceQuiet(Collection<PartitionState> states, boolean idle) {
    switch (phase) {
      case NORMAL -> {
        if (states.stream().anyMatch(Admission::wantsAlone)) {
          exclusive.request(this);
        }
        if (exclusive.wanted()) {
          dispatcher.hold(true);
          phase = Phase.HOLDING;
        }
        return false;
      }
      case HOLDING -> {
        if (!exclusive.wanted()) {
          phase = Phase.NORMAL;
          dispatcher.hold(false);
          return false;
        }
        if (!idle) {
          return false;
        }
        sayQuiet(states, true);
        phase = Phase.SAYING_QUIET;
        return true;
      }
      case SAYING_QUIET, RESUMING -> {
        return true;
      }
      case QUIET -> {
        if (!exclusive.wanted()) {
          sayQuiet(states, false);
          phase = Phase.RESUMING;
          return true;
        }
        return exclusive.granted(this) && runAlone(states);
      }
    }
    return false;
  }

  private boolean runAlone(Collection<PartitionState> states) {
    for (PartitionState state : states) {
      if (state.owned() && state.claim().excludesOthers()) {
        Attempt first = state.suspects.peek();
        if (first != null
            && state.claim().announced()
            && first.record().offset() == state.claim().suspect()) {
          dispatcher.addAhead(state.suspects.remove());
        }
        return !state.claim().announced(); // announced and to be started, or its end to be settled
      }
    }
    for (PartitionState state : states) {
      Attempt first = state.suspects.peek();
      if (first != null && wantsAlone(state)) {
        state.claim().quiet(false);
        state.claim().announce(first.record().offset(), true, state.tracker());
        return true;
      }
    }
    exclusive.release(this);
    return false;
  }

  private static boolean wantsAlone(PartitionState state) {
    Attempt first = state.suspects.peek();
    return first != null
        && state.owned()
        && state.claim().suspect() == Claim.NONE
        && state.claim().start(first.record().offset(), state.tracker()) == Start.ANNOUNCED_ALONE;
  }

  private static void sayQuiet(Collection<PartitionState> states, boolean quiet) {
    for (PartitionState state : states) {
      if (state.owned()) {
        state.claim().quiet(quiet);
      }
    }
  }

  /** A partition has gone: what was held for it is forgotten. */
  void removed(PartitionState state) {
    state.heldBack.clear();
    state.suspects.clear();
    batch.removeIf(attempt -> attempt.tenure() == state.tenure());
  }

  /** Whether attempts wait for a commit. */
  boolean wantsCommit() {
    return wantsCommit;
  }
}

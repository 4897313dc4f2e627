package io.clusterdb.tasks.worker.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Lets jobs start as their partition's {@link PartitionClaim} allows: at once, after the next
 * commit, or, as a suspect, announced and one of a partition at a time; those with a count alone in
 * the process, over all its queues, while the log says that all else is quiet. Confined to the
 * owner thread.
 *
 * <p>In each turn, when what ended has been collected: {@link #advanceSuspects}, then a settlement
 * if it or anything else wants one, then, if that was committed, {@link #committed}.
 *
 * @param <J> a job
 */
public final class Admission<J> {
  private final Gate<J> gate;
  private final Exclusive exclusive;
  private final List<J> batch = new ArrayList<>();
  private Phase phase = Phase.NORMAL;

  /** Where this queue stands while a suspect of the process runs alone. */
  private enum Phase {
    NORMAL,
    HOLDING,
    SAYING_QUIET,
    QUIET,
    RESUMING
  }

  /** Creates an admission, which takes part in what the process runs alone. */
  public Admission(Gate<J> gate, Exclusive exclusive) {
    this.gate = gate;
    this.exclusive = exclusive;
    exclusive.join(this);
  }

  /** Leaves what the process runs alone to the others. */
  public void leave() {
    exclusive.leave(this);
  }

  /** Takes a job that the tracker has delivered. Call {@link #flush} after the last. */
  public void admit(J job, Stake<J> state) {
    long offset = gate.offset(job);
    switch (state.claim().start(offset, state.tracker())) {
      case NOW -> batch.add(job);
      case AFTER_COMMIT -> state.heldBack().add(job);
      case ANNOUNCED, ANNOUNCED_ALONE -> gate.lineUp(job);
      case NEVER -> gate.refuse(job, state.claim().reason(offset, state.tracker()));
    }
  }

  /** Lets start what was found to be free to. */
  public void flush() {
    if (!batch.isEmpty()) {
      gate.open(List.copyOf(batch));
      batch.clear();
    }
  }

  /** Whether jobs of this partition wait for a commit that would let them start. */
  public boolean waitsForCommit(Stake<J> state) {
    return phase != Phase.QUIET && !state.heldBack().isEmpty();
  }

  /** A settlement was committed: asks again for what waited for it. */
  public void committed(Collection<? extends Stake<J>> states) {
    goOnIfSaid(states);
    for (Stake<J> state : states) {
      if (state.owned()) {
        for (int waiting = state.heldBack().size(); waiting > 0; waiting--) {
          admit(state.heldBack().remove(), state);
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
  public boolean advanceSuspects(Collection<? extends Stake<J>> states, boolean idle) {
    takePassed();
    boolean commit = false;
    for (Stake<J> state : states) {
      if (state.owned()) {
        commit |= advance(state);
      }
    }
    return advanceQuiet(states, idle) || commit;
  }

  private void takePassed() {
    for (J job = gate.passed(); job != null; job = gate.passed()) {
      Stake<J> state = gate.stake(job);
      if (state == null) {
        gate.forget(job);
      } else {
        state.suspects().add(job);
      }
    }
  }

  private boolean advance(Stake<J> state) {
    J first = state.suspects().peek();
    if (first == null || state.claim().excludesOthers()) {
      return false;
    }
    long offset = gate.offset(first);
    if (state.claim().suspect() != Claim.NONE) {
      boolean mine = state.claim().suspect() == offset;
      if (mine && state.claim().announced()) {
        gate.open(List.of(state.suspects().remove()));
        return false;
      }
      return mine && phase == Phase.NORMAL; // its announcement was aborted: once more
    }
    Start start = state.claim().start(offset, state.tracker());
    if (start == Start.ANNOUNCED && phase != Phase.NORMAL) {
      return false; // the log is to say that all is quiet
    }
    if (start == Start.ANNOUNCED) {
      state.claim().announce(offset, false, state.tracker());
      return true;
    }
    if (start != Start.ANNOUNCED_ALONE) {
      admit(state.suspects().remove(), state);
      flush();
    }
    return false;
  }

  /** One suspect of the process at a time runs with all else quiet, and the log saying so. */
  private boolean advanceQuiet(Collection<? extends Stake<J>> states, boolean idle) {
    switch (phase) {
      case NORMAL -> {
        if (states.stream().anyMatch(this::wantsAlone)) {
          exclusive.request(this);
        }
        if (exclusive.wanted()) {
          gate.hold(true);
          phase = Phase.HOLDING;
        }
        return false;
      }
      case HOLDING -> {
        if (!exclusive.wanted()) {
          phase = Phase.NORMAL;
          gate.hold(false);
          return false;
        }
        if (!idle) {
          return false;
        }
        sayQuiet(states, true);
        phase = Phase.SAYING_QUIET;
        return true;
      }
      case SAYING_QUIET -> {
        sayQuiet(states, true); // partitions may have come since
        goOnIfSaid(states);
        return phase == Phase.SAYING_QUIET;
      }
      case RESUMING -> {
        goOnIfSaid(states);
        return phase == Phase.RESUMING;
      }
      case QUIET -> {
        return whileQuiet(states);
      }
    }
    return false;
  }

  private boolean whileQuiet(Collection<? extends Stake<J>> states) {
    if (!exclusive.wanted()) {
      sayQuiet(states, false);
      phase = Phase.RESUMING;
      return true;
    }
    if (!exclusive.heldBy(this) && !isSaid(states, true)) {
      sayQuiet(states, true); // its own suspect has run, or partitions have come
      phase = Phase.SAYING_QUIET;
      return true;
    }
    exclusive.isQuiet(this); // another one may have it by now, who has not heard
    return exclusive.granted(this) && runAlone(states);
  }

  /**
   * The log says what this queue had to say. A queue without partitions has nothing to say, and no
   * commit.
   */
  private void goOnIfSaid(Collection<? extends Stake<J>> states) {
    if (phase == Phase.SAYING_QUIET && isSaid(states, true)) {
      phase = Phase.QUIET;
      exclusive.isQuiet(this);
    } else if (phase == Phase.RESUMING && isSaid(states, false)) {
      phase = Phase.NORMAL;
      gate.hold(false);
    }
  }

  private boolean isSaid(Collection<? extends Stake<J>> states, boolean quiet) {
    return states.stream().allMatch(state -> !state.owned() || state.claim().saysQuiet() == quiet);
  }

  private boolean runAlone(Collection<? extends Stake<J>> states) {
    for (Stake<J> state : states) {
      if (state.owned() && state.claim().excludesOthers()) {
        J first = state.suspects().peek();
        if (first != null
            && state.claim().announced()
            && gate.offset(first) == state.claim().suspect()) {
          gate.openAlone(state.suspects().remove());
        }
        return !state.claim().announced(); // announced and to be started, or its end to be settled
      }
    }
    for (Stake<J> state : states) {
      J first = state.suspects().peek();
      if (first != null && wantsAlone(state)) {
        sayQuiet(states, true); // partitions may have come since
        state.claim().quiet(false);
        state.claim().announce(gate.offset(first), true, state.tracker());
        return true;
      }
    }
    exclusive.release(this);
    return false;
  }

  private boolean wantsAlone(Stake<J> state) {
    J first = state.suspects().peek();
    return first != null
        && state.owned()
        && state.claim().suspect() == Claim.NONE
        && state.claim().start(gate.offset(first), state.tracker()) == Start.ANNOUNCED_ALONE;
  }

  private void sayQuiet(Collection<? extends Stake<J>> states, boolean quiet) {
    for (Stake<J> state : states) {
      if (state.owned()) {
        state.claim().quiet(quiet);
      }
    }
  }

  /** A partition has gone: what was held for it is forgotten. */
  public void removed(Stake<J> state) {
    state.heldBack().forEach(gate::forget);
    state.heldBack().clear();
    state.suspects().forEach(gate::forget);
    state.suspects().clear();
  }
}

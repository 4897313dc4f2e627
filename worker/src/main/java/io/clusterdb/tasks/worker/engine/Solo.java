package io.clusterdb.tasks.worker.engine;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A queue's part in letting one suspect of the process at a time run alone: the queue holds its
 * jobs, says on the log that it is quiet when none runs any more, lets its suspects run one by one
 * if it was the one that asked, and goes on. Neither the wait for quiet nor a turn alone lasts
 * longer than {@link Turns} has it. Confined to the owner thread.
 *
 * @param <J> a job
 */
final class Solo<J> {
  private final Gate<J> gate;
  private final Exclusive exclusive;
  private final Turns turns;
  private Phase phase = Phase.NORMAL;

  /** The job that was let start alone last. */
  private @Nullable J lastAlone;

  /** Whether any job has run alone since this queue asked. */
  private boolean ran;

  private enum Phase {
    NORMAL,
    HOLDING,
    SAYING_QUIET,
    QUIET,
    RESUMING
  }

  Solo(Gate<J> gate, Exclusive exclusive) {
    this.gate = gate;
    this.exclusive = exclusive;
    this.turns = exclusive.turns();
    exclusive.join(this);
  }

  void leave() {
    exclusive.leave(this);
  }

  /** Whether all goes on as ever. */
  boolean isNormal() {
    return phase == Phase.NORMAL;
  }

  /** Whether the log says that nothing of this queue runs. */
  boolean isQuiet() {
    return phase == Phase.QUIET;
  }

  /**
   * Takes the next step.
   *
   * @param idle whether nothing of this queue runs or waits to be settled
   * @return whether a commit is wanted
   */
  boolean advance(Collection<? extends Stake<J>> states, boolean idle) {
    boolean commit = giveUp(states);
    switch (phase) {
      case NORMAL -> {
        if (states.stream().anyMatch(this::wantsAlone)) {
          exclusive.request(this);
        }
        if (exclusive.wanted()) {
          gate.hold(true);
          phase = Phase.HOLDING;
        }
        return commit;
      }
      case HOLDING -> {
        if (!exclusive.wanted()) {
          phase = Phase.NORMAL;
          gate.hold(false);
          return commit;
        }
        if (!idle) {
          return commit;
        }
        sayQuiet(states, true);
        phase = Phase.SAYING_QUIET;
        return true;
      }
      case SAYING_QUIET -> {
        sayQuiet(states, true); // partitions may have come since
        goOnIfSaid(states);
        return commit || phase == Phase.SAYING_QUIET;
      }
      case RESUMING -> {
        goOnIfSaid(states);
        return commit || phase == Phase.RESUMING;
      }
      case QUIET -> {
        return whileQuiet(states, idle) || commit;
      }
    }
    return commit;
  }

  /**
   * Something of the process runs on and on: suspects whose turn's time the process has been held
   * start beside it, and have it held for longer after the next crash.
   */
  private boolean giveUp(Collection<? extends Stake<J>> states) {
    if (!exclusive.heldBy(this) || ran) {
      return false;
    }
    long held = exclusive.heldNanos();
    boolean commit = false;
    for (Stake<J> state : states) {
      J first = state.suspects().peek();
      if (first != null && wantsAlone(state)) {
        long offset = gate.offset(first);
        if (held >= turns.next(state.tracker().overruns(offset))) {
          state.claim().overrun(offset, state.tracker());
          state.heldBack().add(state.suspects().remove());
          commit = true;
        }
      }
    }
    if (states.stream().noneMatch(this::wantsAlone)) {
      exclusive.release(this);
    }
    return commit;
  }

  private boolean whileQuiet(Collection<? extends Stake<J>> states, boolean idle) {
    if (!exclusive.wanted()) {
      sayQuiet(states, false);
      phase = Phase.RESUMING;
      return true;
    }
    if (!exclusive.heldBy(this)) {
      if (!idle) {
        return false; // its own suspect goes on, and another queue was quicker to ask than it
      }
      if (!isSaid(states, true)) {
        sayQuiet(states, true); // its own suspect has ended, or partitions have come
        phase = Phase.SAYING_QUIET;
        return true;
      }
    }
    exclusive.isQuiet(this); // another one may have it by now, who has not heard
    return exclusive.granted(this) && runAlone(states, idle);
  }

  /**
   * The log says what this queue had to say. A queue without partitions has nothing to say, and no
   * commit.
   */
  void goOnIfSaid(Collection<? extends Stake<J>> states) {
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

  private boolean runAlone(Collection<? extends Stake<J>> states, boolean idle) {
    for (Stake<J> state : states) {
      if (state.owned() && state.claim().excludesOthers()) {
        return watch(state);
      }
    }
    boolean timeLeft = !ran || exclusive.heldNanos() < turns.first();
    if (timeLeft && !idle) {
      return false; // its attempt has ended whose handler goes on
    }
    if (timeLeft) {
      for (Stake<J> state : states) {
        J first = state.suspects().peek();
        if (first != null && wantsAlone(state)) {
          sayQuiet(states, true); // partitions may have come since
          state.claim().quiet(false);
          state.claim().announce(gate.offset(first), true, state.tracker());
          ran = true;
          return true;
        }
      }
    }
    ran = false;
    exclusive.release(this);
    return false;
  }

  /** A suspect is announced and to be started, or runs alone, or its end is to be settled. */
  private boolean watch(Stake<J> state) {
    PartitionClaim claim = state.claim();
    if (!claim.announced()) {
      return true;
    }
    J first = state.suspects().peek();
    boolean unopened = first != null && gate.offset(first) == claim.suspect();
    if (unopened && gate.isPaused()) {
      claim.ended(claim.suspect()); // it waits for its queue, and nobody for it
      return true;
    }
    if (unopened) {
      long turn = turns.next(state.tracker().overruns(claim.suspect()));
      claim.turnUntil(turns.now() + turn);
      lastAlone = state.suspects().remove();
      gate.openAlone(lastAlone, turn);
      return false;
    }
    if (!claim.isTurnOver(turns.now())) {
      return false;
    }
    claim.overrun(claim.suspect(), state.tracker());
    J unstarted = lastAlone == null ? null : gate.takeBack(lastAlone);
    if (unstarted != null) {
      state.heldBack().add(unstarted);
    }
    return true;
  }

  private boolean wantsAlone(Stake<J> state) {
    J first = state.suspects().peek();
    return first != null
        && !gate.isPaused()
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
}

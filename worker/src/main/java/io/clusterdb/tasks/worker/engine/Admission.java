package io.clusterdb.tasks.worker.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Lets jobs start as their partition's {@link PartitionClaim} allows: at once, after the next
 * commit, or, as a suspect, announced and one of a partition at a time; those with a count alone in
 * the process ({@link Solo}). A suspect that is not done when its turn ({@link Turns}) is over goes
 * on beside the others. Confined to the owner thread.
 *
 * <p>In each round of the owner, when what ended has been collected: {@link #advanceSuspects}, then
 * a settlement if it or anything else wants one, then, if that was committed, {@link #committed}.
 *
 * @param <J> a job
 */
public final class Admission<J> {
  /** Of a first turn, the part in which more suspects of a partition may come. */
  private static final int MORE_COME = 5;

  private final Gate<J> gate;
  private final Solo<J> solo;
  private final Turns turns;
  private final List<J> batch = new ArrayList<>();

  /** Announced suspects beside others that were not seen to run yet. */
  private final IdentityHashMap<Stake<J>, J> toBegin = new IdentityHashMap<>();

  /** When a suspect of a partition was ready to be announced last. */
  private final IdentityHashMap<Stake<J>, Long> lastCame = new IdentityHashMap<>();

  /** Creates an admission, which takes part in what the process runs alone. */
  public Admission(Gate<J> gate, Exclusive exclusive) {
    this.gate = gate;
    this.solo = new Solo<>(gate, exclusive);
    this.turns = exclusive.turns();
  }

  /** Leaves what the process runs alone to the others. */
  public void leave() {
    solo.leave();
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
    return !solo.isQuiet() && !state.heldBack().isEmpty();
  }

  /** A settlement was committed: asks again for what waited for it. */
  public void committed(Collection<? extends Stake<J>> states) {
    solo.goOnIfSaid(states);
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
    return solo.advance(states, idle) || commit;
  }

  private void takePassed() {
    for (J job = gate.passed(); job != null; job = gate.passed()) {
      Stake<J> state = gate.stake(job);
      if (state == null) {
        gate.forget(job);
      } else {
        lineUp(job, state);
        lastCame.put(state, turns.now());
      }
    }
  }

  /** Those that have overrun least come first, since their turns are the shortest. */
  private void lineUp(J job, Stake<J> state) {
    long overruns = state.tracker().overruns(gate.offset(job));
    Deque<J> later = new ArrayDeque<>();
    Deque<J> suspects = state.suspects();
    while (!suspects.isEmpty()
        && gate.offset(suspects.getLast()) != state.claim().suspect() // what is announced is first
        && state.tracker().overruns(gate.offset(suspects.getLast())) > overruns) {
      later.addFirst(suspects.removeLast());
    }
    suspects.addLast(job);
    suspects.addAll(later);
  }

  private boolean advance(Stake<J> state) {
    if (state.claim().excludesOthers()) {
      return false;
    }
    watchTurn(state);
    return letNextBegin(state) || state.claim().countsOverruns();
  }

  /** An announced suspect has its turn from its start on. */
  private void watchTurn(Stake<J> state) {
    PartitionClaim claim = state.claim();
    J job = toBegin.get(state);
    if (job != null && claim.suspect() != gate.offset(job)) {
      toBegin.remove(state);
    } else if (job != null && gate.hasBegun(job)) {
      claim.turnUntil(turns.now() + turns.next(state.tracker().overruns(gate.offset(job))));
      toBegin.remove(state);
    }
    if (claim.suspect() != Claim.NONE && claim.isTurnOver(turns.now())) {
      claim.overrun(claim.suspect(), state.tracker());
    }
  }

  /** Announces the next suspect, or opens it when that is committed; whether to commit. */
  private boolean letNextBegin(Stake<J> state) {
    PartitionClaim claim = state.claim();
    J first = state.suspects().peek();
    if (first == null) {
      return false;
    }
    long offset = gate.offset(first);
    if (claim.suspect() != Claim.NONE) {
      boolean mine = claim.suspect() == offset;
      if (mine && claim.announced()) {
        toBegin.put(state, first);
        gate.open(List.of(state.suspects().remove()));
        return false;
      }
      return mine && solo.isNormal(); // its announcement was aborted: once more
    }
    Start start = claim.start(offset, state.tracker());
    if (start == Start.ANNOUNCED && solo.isNormal() && !mayBeOvertaken(state, offset)) {
      claim.announce(offset, false, state.tracker());
      return true;
    }
    if (start != Start.ANNOUNCED && start != Start.ANNOUNCED_ALONE) {
      admit(state.suspects().remove(), state);
      flush();
    }
    return false;
  }

  /** After a takeover suspects are polled one after the other: some more may come. */
  private boolean mayBeOvertaken(Stake<J> state, long offset) {
    Long came = lastCame.get(state);
    return state.tracker().overruns(offset) > 0
        && came != null
        && turns.now() - came < turns.first() / MORE_COME;
  }

  /** A partition has gone: what was held for it is forgotten. */
  public void removed(Stake<J> state) {
    state.heldBack().forEach(gate::forget);
    state.heldBack().clear();
    state.suspects().forEach(gate::forget);
    state.suspects().clear();
    toBegin.remove(state);
    lastCame.remove(state);
  }
}

package io.clusterdb.tasks.worker.engine;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets one suspect job at a time run alone in this process, over all its queues: the rest says on
 * the log that it is quiet first, so that a crash convicts nobody else. Then the process rests from
 * that for as long as it stood still. Thread-safe; one for a processor.
 */
public final class Exclusive {
  private final Turns turns;
  private final Set<Object> members = new HashSet<>();
  private final Set<Object> quiet = new HashSet<>();
  private @Nullable Object holder;
  private long since;
  private @Nullable Long restsUntil;

  /** Starts with nobody. */
  public Exclusive(Turns turns) {
    this.turns = turns;
  }

  Turns turns() {
    return turns;
  }

  /**
   * An owner thread takes part from now on. It has nothing yet that could run, and holds whatever
   * comes in its first round, so nobody waits for it to be quiet.
   */
  synchronized void join(Object member) {
    members.add(member);
    isQuiet(member);
  }

  /** An owner thread has ended; what it held is free. */
  synchronized void leave(Object member) {
    members.remove(member);
    quiet.remove(member);
    release(member);
  }

  /** Asks to run something alone; false while another does, and while the process rests. */
  synchronized boolean request(Object member) {
    if (holder == null && !rests()) {
      holder = member;
      since = turns.now();
      quiet.clear();
    }
    return holder == member;
  }

  private boolean rests() {
    return restsUntil != null && turns.now() - restsUntil < 0;
  }

  /** Whether somebody wants, or has, the process for itself. */
  synchronized boolean wanted() {
    return holder != null;
  }

  /** Whether it is this member that wants, or has, the process for itself. */
  synchronized boolean heldBy(Object member) {
    return holder == member;
  }

  /** For how long the process has been wanted, in nanoseconds; 0 if it is not. */
  synchronized long heldNanos() {
    return holder == null ? 0 : turns.now() - since;
  }

  /** Nothing of this member runs any more, and the log says so. */
  synchronized void isQuiet(Object member) {
    if (holder != null) {
      quiet.add(member);
    }
  }

  /** Whether every member is quiet, so that the holder may go ahead. */
  synchronized boolean granted(Object member) {
    return holder == member && quiet.containsAll(members);
  }

  /** The holder is done. */
  synchronized void release(Object member) {
    if (holder == member) {
      restsUntil = turns.now() + heldNanos();
      holder = null;
      quiet.clear();
    }
  }
}

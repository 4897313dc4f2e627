package io.clusterdb.tasks.worker.engine;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets one suspect job at a time run alone in this process, over all its queues: the rest says on
 * the log that it is quiet first, so that a crash convicts nobody else. Thread-safe; one for a
 * processor.
 */
public final class Exclusive {
  private final Set<Object> members = new HashSet<>();
  private final Set<Object> quiet = new HashSet<>();
  private @Nullable Object holder;

  /** Starts with nobody. */
  public Exclusive() {}

  /** An owner thread takes part from now on. */
  public synchronized void join(Object member) {
    members.add(member);
  }

  /** An owner thread has ended; what it held is free. */
  public synchronized void leave(Object member) {
    members.remove(member);
    quiet.remove(member);
    release(member);
  }

  /** Asks to run something alone; false while another does. */
  synchronized boolean request(Object member) {
    if (holder == null) {
      holder = member;
      quiet.clear();
    }
    return holder == member;
  }

  /** Whether somebody wants, or has, the process for itself. */
  synchronized boolean wanted() {
    return holder != null;
  }

  /** Whether it is this member that wants, or has, the process for itself. */
  synchronized boolean heldBy(Object member) {
    return holder == member;
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
      holder = null;
      quiet.clear();
    }
  }
}

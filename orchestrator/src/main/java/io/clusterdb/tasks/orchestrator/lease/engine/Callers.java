package io.clusterdb.tasks.orchestrator.lease.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Callers that wait for jobs, first come, first served. A job is asked for before it is there: a
 * place is taken, and then filled or given back, so that no job is taken for nobody. Not
 * thread-safe.
 *
 * @param <T> what callers wait for
 */
public final class Callers<T> {
  private final Set<Caller<T>> waiting = new LinkedHashSet<>();

  /**
   * One that waits. Compared by identity.
   *
   * @param <T> what it waits for
   */
  public static final class Caller<T> {
    private final int most;
    private final List<T> got = new ArrayList<>(1);
    private int taken;

    private Caller(int most) {
      this.most = most;
    }

    /** What it has so far. */
    public List<T> got() {
      return List.copyOf(got);
    }

    /** Whether it has all that it wants. */
    public boolean full() {
      return got.size() >= most;
    }

    /** Whether something is on its way to it. */
    public boolean expects() {
      return taken > 0;
    }

    private boolean hasRoom() {
      return got.size() + taken < most;
    }
  }

  /** One comes, and wants at most this many, at least 1. */
  public Caller<T> arrive(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("expected a caller for 1 or more, found " + most);
    }
    Caller<T> caller = new Caller<>(most);
    waiting.add(caller);
    return caller;
  }

  /** One leaves with what it has. */
  public List<T> leave(Caller<T> caller) {
    waiting.remove(caller);
    return caller.got();
  }

  /** Takes the place of who has waited longest; false if there is none. */
  public boolean take() {
    Optional<Caller<T>> first = waiting.stream().filter(Caller::hasRoom).findFirst();
    first.ifPresent(caller -> caller.taken++);
    return first.isPresent();
  }

  /** Whether there is a place that nobody has taken. */
  public boolean wants() {
    return waiting.stream().anyMatch(Caller::hasRoom);
  }

  /** Gives a place back that was taken; whose does not matter. Nothing if its caller has left. */
  public void giveBack() {
    waiting.stream().filter(Caller::expects).findFirst().ifPresent(caller -> caller.taken--);
  }

  /**
   * Who gets what was taken for: whoever expects something, else whoever has room, since the one
   * that it was taken for may have left. Empty if nobody waits.
   */
  public Optional<Caller<T>> next() {
    Optional<Caller<T>> found = waiting.stream().filter(Caller::expects).findFirst();
    return found.isPresent() ? found : waiting.stream().filter(Caller::hasRoom).findFirst();
  }

  /** Gives one to this caller, which {@link #next} has named. */
  public void give(Caller<T> caller, T one) {
    if (caller.taken > 0) {
      caller.taken--;
    }
    caller.got.add(one);
  }

  /** Whether nobody waits. */
  public boolean isEmpty() {
    return waiting.isEmpty();
  }
}

package io.clusterdb.tasks.scheduler.engine;

import io.clusterdb.tasks.streams.TurnBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Waiting jobs in the order in which they are due. Used by one thread.
 *
 * <p>What leaves in numbers is not removed one by one but passed by a mark, up to which everything
 * has left; the entries below are swept when nothing else is due, since removing costs as much as
 * leaving. Scans begin where nothing can wait any more below, so that they never walk over removed
 * entries, which the store may still have to skip.
 */
public final class DueQueue {
  /** The due time of nothing. */
  public static final long NEVER = Long.MAX_VALUE;

  /** So many leave and are removed at once in each turn. */
  private static final int REMOVED_AT_ONCE = 64;

  /** So many at most have left and are not removed, so that the store does not grow. */
  private static final int MOST_UNSWEPT = 100_000;

  private final DueStore store;

  /** Everything up to this key has left. */
  private byte[] mark;

  /** No entry that has left is below this key. */
  private byte[] sweptTo = new byte[0];

  private boolean swept;
  private int unswept;

  /** No entry that waits is below this key. */
  private byte[] floor;

  /** No entry that waits is due before; exact after a turn that had room left. */
  private long nextDue;

  /** Creates the queue of what a store holds. */
  public DueQueue(DueStore store) {
    this.store = store;
    byte[] marked = store.marked();
    this.mark = marked == null ? new byte[0] : marked;
    this.floor = mark.length == 0 ? mark : DueKey.after(mark);
    this.swept = mark.length == 0;
  }

  /**
   * When the next job is due at the earliest, in milliseconds since 1970; 0 before the first turn,
   * {@link #NEVER} if none waits.
   */
  public long nextDue() {
    return nextDue;
  }

  /** Whether nothing is left to sweep. */
  public boolean swept() {
    return swept;
  }

  /**
   * Adds a run; the same run at the same time is there once.
   *
   * @return the key that it has
   */
  public byte[] add(long due, String id, String run, byte[] job) {
    byte[] key = aboveMark(DueKey.of(due, id, run));
    put(key, job);
    return key;
  }

  /** Only a clock that was set back can bring a job that is due before what has left already. */
  private byte[] aboveMark(byte[] key) {
    return isAbove(key, mark) ? key : DueKey.at(key, DueKey.due(mark) + 1);
  }

  /** The job that waits under this key; null if it has left or never was there. */
  public byte @Nullable [] waiting(byte[] key) {
    return isAbove(key, mark) ? store.get(key) : null;
  }

  /** Removes a job that waits. */
  public void remove(byte[] key) {
    store.remove(key);
  }

  /** Gives a job that waits another time. */
  public void move(byte[] key, long due, byte[] job) {
    store.remove(key);
    put(aboveMark(DueKey.at(key, due)), job);
  }

  /** Jobs that wait, from this key on. */
  DueStore.Scan scan(byte[] from) {
    return store.from(isAbove(from, floor) ? from : floor);
  }

  private void put(byte[] key, byte[] job) {
    store.put(key, job);
    if (isAbove(floor, key)) {
      floor = key;
    }
    nextDue = Math.min(nextDue, DueKey.due(key));
  }

  /**
   * Lets jobs leave that are due, in order, as far as the budget goes.
   *
   * @param now the time, in milliseconds since 1970
   * @return whether jobs that are due are left
   */
  public boolean turn(long now, TurnBudget budget, Exit exit) {
    return turn(now, budget, (key, job) -> exit.leave(job));
  }

  /** As {@link #turn(long, TurnBudget, Exit)}, where the exit is told each job's key. */
  public boolean turn(long now, TurnBudget budget, KeyedExit exit) {
    Kept kept = new Kept();
    int left = 0;
    byte[] passed = mark;
    long next = NEVER;
    boolean more = false;
    try (DueStore.Scan scan = store.from(floor)) {
      while (scan.hasNext()) {
        byte[] key = scan.peekKey();
        long due = DueKey.due(key);
        if (due > now || !budget.take()) {
          floor = key;
          next = due;
          more = due <= now;
          break;
        }
        byte[] job = scan.next();
        if (left++ < REMOVED_AT_ONCE || unswept >= MOST_UNSWEPT) {
          store.remove(key);
        } else {
          passed = key;
          unswept++;
        }
        floor = DueKey.after(key);
        long again = exit.leave(key, job);
        if (again > now) {
          kept.add(DueKey.at(key, again), job);
        }
      }
    }
    nextDue = next;
    pass(passed);
    kept.putBack();
    return more;
  }

  @SuppressWarnings("ReferenceEquality") // whether it is another key, not whether it is equal
  private void pass(byte[] passed) {
    if (passed != mark) {
      mark = passed;
      swept = false;
      store.mark(mark);
    }
  }

  /** Removes entries that have left, as far as the budget goes. */
  public void sweep(TurnBudget budget) {
    try (DueStore.Scan scan = store.from(sweptTo)) {
      while (scan.hasNext()) {
        byte[] key = scan.peekKey();
        if (isAbove(key, mark)) {
          break;
        }
        if (!budget.take()) {
          sweptTo = key;
          return;
        }
        scan.next();
        store.remove(key);
      }
    }
    sweptTo = mark;
    swept = true;
    unswept = 0;
  }

  private static boolean isAbove(byte[] key, byte[] other) {
    return Arrays.compareUnsigned(key, other) > 0;
  }

  /** Where jobs go that are due. */
  @FunctionalInterface
  public interface Exit {
    /** What {@link #leave} answers when the job has left. */
    long GONE = 0;

    /**
     * Sends a job on its way.
     *
     * @return {@link #GONE}, or when to try again, in milliseconds since 1970
     */
    long leave(byte[] job);
  }

  /** Where jobs go that are due, and where their keys matter. */
  @FunctionalInterface
  public interface KeyedExit {
    /** As {@link Exit#leave}. */
    long leave(byte[] key, byte[] job);
  }

  /** Jobs that could not leave: they come back when the scan has found what comes after it. */
  private final class Kept {
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte[]> jobs = new ArrayList<>();

    void add(byte[] key, byte[] job) {
      keys.add(key);
      jobs.add(job);
    }

    void putBack() {
      for (int i = 0; i < keys.size(); i++) {
        put(keys.get(i), jobs.get(i));
      }
    }
  }
}

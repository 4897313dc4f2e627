package io.clusterdb.tasks.streams;

import java.util.function.LongSupplier;

/**
 * When each thread of Kafka Streams last committed, what its commits take, and whether it has
 * anything else to do: their pace follows from it. Thread-safe; each thread sees its own times
 * only.
 */
public final class CommitTimes {
  private final LongSupplier ticker;
  private final ThreadLocal<Times> times = ThreadLocal.withInitial(Times::new);

  /**
   * Creates it.
   *
   * @param ticker a monotonic clock in nanoseconds
   */
  public CommitTimes(LongSupplier ticker) {
    this.ticker = ticker;
  }

  private static final class Times {
    private boolean underWay;
    private boolean known;
    private boolean idle;
    private long begun;
    private long ended;
    private long took;
    private long spent;
  }

  /** The current thread begins to commit; further calls until it ends mean nothing. */
  public void begun() {
    Times own = times.get();
    if (!own.underWay) {
      own.underWay = true;
      own.begun = ticker.getAsLong();
    }
  }

  /** The current thread has committed. */
  public void ended() {
    Times own = times.get();
    own.ended = ticker.getAsLong();
    own.took = own.underWay ? own.ended - own.begun : 0;
    own.spent += own.took;
    own.underWay = false;
    own.known = true;
  }

  /**
   * The current thread has asked for records. Kafka Streams does so when it has worked on all that
   * it had, so one that gets none has nothing to do.
   *
   * @param records how many it got
   */
  public void polled(int records) {
    Times own = times.get();
    own.idle = records == 0;
    own.underWay = false; // What was flushed with nothing to commit.
  }

  /** Whether the current thread had nothing to do when it last asked for records. */
  boolean idle() {
    return times.get().idle;
  }

  /** Whether the current thread has committed at all. */
  boolean known() {
    return times.get().known;
  }

  /** When the current thread's last commit ended, by the ticker. */
  long last() {
    return times.get().ended;
  }

  /** What the current thread's last commit took, in nanoseconds. */
  long took() {
    return times.get().took;
  }

  /** What the current thread's commits took together so far, in nanoseconds. */
  long spent() {
    return times.get().spent;
  }
}

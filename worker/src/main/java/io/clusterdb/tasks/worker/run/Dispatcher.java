package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.worker.engine.TokenBucket;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Attempts that are ready to run, and who comes next: lanes by weight, then the rate limit. The
 * owner thread adds, slots take; a slot that ends one attempt takes the next by itself, so that no
 * settlement leaves it idle. Thread-safe.
 */
public final class Dispatcher {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ReadyLanes lanes = new ReadyLanes();
  private final KeyLines keys = new KeyLines(lanes::add);
  private final ArrayDeque<Attempt> ahead = new ArrayDeque<>();
  private final Hold hold = new Hold();
  private final StartLimit limit;
  private final @Nullable Handout handout;
  private int running;
  private long taken;
  private long added;
  private boolean paused;
  private boolean stopped;

  /**
   * Creates a dispatcher.
   *
   * @param ticker monotonic nanoseconds
   */
  public Dispatcher(LongSupplier ticker) {
    this(ticker, null);
  }

  /**
   * Creates a dispatcher.
   *
   * @param ticker monotonic nanoseconds
   * @param handout without whose demand nothing starts; null where slots are all that it takes
   */
  public Dispatcher(LongSupplier ticker, @Nullable Handout handout) {
    this.limit = new StartLimit(ticker);
    this.handout = handout;
  }

  /** Adds attempts behind those of their lanes. */
  public void add(Collection<Attempt> attempts) {
    if (attempts.isEmpty()) {
      return;
    }
    locked(
        () -> {
          attempts.forEach(this::line);
          wake(attempts.size());
        });
  }

  /** Adds one attempt behind those of its lane. */
  public void add(Attempt attempt) {
    locked(
        () -> {
          line(attempt);
          wake(1);
        });
  }

  /**
   * Lines an attempt up in its key without letting it run: when it holds the key it comes by {@link
   * #passed}, and runs when it is added then.
   */
  public void lineUp(Attempt attempt) {
    locked(
        () -> {
          attempt.onlyLinedUp(true);
          line(attempt);
        });
  }

  /**
   * The next attempt that was only lined up and holds its key now, or needs none; null for none.
   */
  public @Nullable Attempt passed() {
    return keys.passed();
  }

  /** Lets an attempt run though all others are held. */
  public void addAlone(Attempt attempt) {
    change(() -> hold.letThrough(attempt));
  }

  /**
   * Takes back what {@link #addAlone} added last.
   *
   * @return the attempt, or the one that followed it if it was put back; null if a slot has it
   */
  public @Nullable Attempt takeBack(Attempt attempt) {
    return read(() -> hold.takeBack(attempt));
  }

  private void line(Attempt attempt) {
    added++;
    keys.add(attempt);
  }

  /** Whether a key waits for its failed job. */
  public boolean blocksKeys() {
    return read(keys::blocks);
  }

  /** Forgets what waits of partitions that have gone; what runs keeps its key until it ends. */
  public void forgetClosed() {
    change(
        () -> {
          keys.forgetClosed();
          Attempt gone = hold.pollClosed();
          if (gone != null) {
            keys.release(gone);
          }
        });
  }

  /**
   * Waits for the attempt that comes next.
   *
   * @return null if the caller is to end
   */
  public @Nullable Attempt take(Taker taker) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return next(taker);
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #returned()} and {@link #take} in one, for a slot that goes on. */
  public @Nullable Attempt returnedAndTake(Taker taker) throws InterruptedException {
    lock.lock(); // whatever interrupts comes after the return has counted
    try {
      running--;
      return next(taker);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Attempt next(Taker taker) throws InterruptedException {
    while (!stopped && taker.stays()) {
      Attempt next = wanted();
      if (next != null) {
        taker.took(next);
        running++;
        taken++;
        return next;
      }
      changed.await();
    }
    return null;
  }

  private @Nullable Attempt wanted() {
    if (handout == null) {
      return ready();
    }
    if ((lanes.isEmpty() && ahead.isEmpty() && !hold.hasWaiting()) || !handout.take()) {
      return null;
    }
    Attempt next = ready();
    if (next == null) {
      handout.giveBack();
    }
    return next;
  }

  private @Nullable Attempt ready() {
    Attempt next = ahead.poll();
    if (next != null || paused) {
      return next;
    }
    return hold.isOn() ? pollAlone() : poll();
  }

  private @Nullable Attempt pollAlone() {
    Attempt next = hold.poll();
    if (next != null && !next.tenure().open()) {
      keys.release(next); // its partition has gone, and the new owner has the record
      return null;
    }
    return next;
  }

  /** So many jobs more are asked for than before. */
  public void wanted(int jobs) {
    locked(() -> wake(jobs));
  }

  /** Lines an attempt up before all others of its lane, with the key that the last one held. */
  public void putBack(Attempt attempt) {
    locked(
        () -> {
          taken--;
          keys.handOn(attempt);
          if (!hold.putBack(attempt)) {
            lanes.addFirst(attempt);
          }
          changed.signal();
        });
  }

  /** An attempt's thread has come back. */
  public void returned() {
    locked(() -> running--);
  }

  /** Attempts whose threads have not come back. */
  public int running() {
    return read(() -> running);
  }

  private @Nullable Attempt poll() {
    while (!lanes.isEmpty() && !limit.waits()) {
      Attempt next = lanes.poll();
      if (next == null) {
        return null;
      }
      if (next.tenure().open()) {
        limit.take();
        return next;
      }
      keys.release(next); // its partition has gone, and the new owner has the record
    }
    return null;
  }

  /** Attempts that were ever taken, less those that were put back. */
  public long taken() {
    return read(() -> taken);
  }

  /** For how long jobs and a slot have waited for the rate limit in all, in nanoseconds. */
  public long limitedNanos() {
    return read(() -> limit.waitedNanos(!lanes.isEmpty() && !paused && !hold.isOn()));
  }

  /**
   * Sets whether jobs of a key run one after the other, and whether a key waits for a failed one.
   */
  public void order(boolean byKey, OnRetry onRetry) {
    locked(() -> keys.order(byKey, onRetry));
  }

  /**
   * An attempt that held its key has ended for good, or lets its key go while it waits for another
   * try: the next job of the key is ready.
   */
  public void releaseKey(Attempt attempt) {
    if (attempt.gateKey() == null) {
      return;
    }
    locked(
        () -> {
          keys.release(attempt);
          changed.signal();
        });
  }

  /** An attempt that was not added will not be: nothing waits for it any more. */
  public void forget(Attempt attempt) {
    locked(
        () -> {
          keys.forget(attempt);
          changed.signal();
        });
  }

  /** Sets the rate limit; null for none. */
  public void limit(@Nullable TokenBucket bucket) {
    change(() -> limit.set(bucket));
  }

  /** Changes the share of the rate limit that this process has. */
  public void share(double share) {
    change(() -> limit.share(share));
  }

  /**
   * Lets slots go on whose token has come. To be called by the owner at the time that the last call
   * told.
   *
   * @return nanoseconds until a token comes for what is ready; {@link Long#MAX_VALUE} if nothing
   *     waits for one
   */
  public long tick() {
    lock.lock();
    try {
      boolean asked = handout == null || handout.wants();
      if (!limit.exists() || lanes.isEmpty() || paused || hold.isOn() || !asked) {
        return Long.MAX_VALUE;
      }
      long wait = limit.nanosUntilToken();
      if (wait > 0) {
        return wait;
      }
      changed.signalAll();
      return Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
  }

  /** Holds everything back because an operator paused the queue, or lets it go on. */
  public void pause(boolean value) {
    change(() -> paused = value);
  }

  /** Whether an operator paused the queue. */
  public boolean paused() {
    return read(() -> paused);
  }

  /** Attempts that were ever added. */
  public long added() {
    return read(() -> added);
  }

  /**
   * Lets attempts go though the queue is paused, whatever line they wait in: such as have no
   * handler to run, so that they need no key either. Does nothing while the queue is not paused.
   */
  public void letGo(Predicate<Attempt> wanted) {
    locked(
        () -> {
          if (paused) {
            keys.pull(wanted, ahead::add);
            lanes.pull(wanted, ahead::add);
            changed.signalAll();
          }
        });
  }

  /** Holds everything back while one attempt runs alone, or lets it go on. */
  public void hold(boolean value) {
    change(
        () -> {
          Attempt left = hold.set(value);
          if (left != null) {
            lanes.addFirst(left);
          }
        });
  }

  /** Whether everything is held back while one attempt runs alone. */
  public boolean held() {
    return read(hold::isOn);
  }

  /** Sends every slot home; what is ready stays where it is on the log. */
  public void stop() {
    change(
        () -> {
          stopped = true;
          lanes.clear();
          ahead.clear();
          hold.poll();
        });
  }

  /** Has waiting slots ask again whether they stay. */
  public void recheck() {
    change(() -> {});
  }

  /** Something that slots wait for may be there. */
  private void change(Runnable what) {
    locked(
        () -> {
          what.run();
          changed.signalAll();
        });
  }

  private void locked(Runnable what) {
    lock.lock();
    try {
      what.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T read(Supplier<T> what) {
    lock.lock();
    try {
      return what.get();
    } finally {
      lock.unlock();
    }
  }

  private void wake(int attempts) {
    if (attempts == 1) {
      changed.signal();
    } else {
      // Not signalAll: a thousand waiting slots need not wake for two attempts.
      for (int i = 0; i < attempts && lock.hasWaiters(changed); i++) {
        changed.signal();
      }
    }
  }

  /** Attempts that are ready, dropped ones of lost partitions among them. */
  public int size() {
    return read(lanes::size);
  }
}

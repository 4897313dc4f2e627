package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.worker.engine.KeyGate;
import io.clusterdb.tasks.worker.engine.LaneSelector;
import io.clusterdb.tasks.worker.engine.TokenBucket;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Attempts that are ready to run, and who comes next: lanes by weight, then the rate limit. The
 * owner thread adds, slots take; a slot that ends one attempt takes the next by itself, so that no
 * settlement leaves it idle. Thread-safe.
 */
public final class Dispatcher {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final KeyGate<Attempt> gate = new KeyGate<>(this::letThrough);
  private final Map<Priority, ArrayDeque<Attempt>> lanes = new EnumMap<>(Priority.class);
  private final LaneSelector selector = new LaneSelector();
  private final LongSupplier ticker;
  private final @Nullable Handout handout;
  private @Nullable TokenBucket bucket;
  private int ready;
  private int size;
  private int running;
  private long taken;
  private final LimitedTime limited = new LimitedTime();
  private long added;
  private final ArrayDeque<Attempt> ahead = new ArrayDeque<>();
  private final Queue<Attempt> passed = new ConcurrentLinkedQueue<>();
  private boolean ordered;
  private boolean blocks = true;
  private boolean paused;
  private boolean held;
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
    this.ticker = ticker;
    this.handout = handout;
    for (Priority lane : Priority.values()) {
      lanes.put(lane, new ArrayDeque<>());
    }
  }

  /** Adds attempts behind those of their lanes. */
  public void add(Collection<Attempt> attempts) {
    if (attempts.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      for (Attempt attempt : attempts) {
        line(attempt);
      }
      wake(attempts.size());
    } finally {
      lock.unlock();
    }
  }

  /** Adds one attempt behind those of its lane. */
  public void add(Attempt attempt) {
    lock.lock();
    try {
      line(attempt);
      wake(1);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lines an attempt up in its key without letting it run: when it holds the key it comes by {@link
   * #passed}, and runs when it is added then.
   */
  public void lineUp(Attempt attempt) {
    lock.lock();
    try {
      attempt.onlyLinedUp(true);
      line(attempt);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next attempt that was only lined up and holds its key now, or needs none; null for none.
   */
  public @Nullable Attempt passed() {
    return passed.poll();
  }

  /** Lets an attempt run before all others, whatever is held back. */
  public void addAhead(Attempt attempt) {
    lock.lock();
    try {
      ahead.add(attempt);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Puts an attempt into its key's line; it is ready when it holds the key. */
  private void line(Attempt attempt) {
    added++;
    String key = attempt.gateKey();
    Attempt before = attempt.takePrevious();
    if (!ordered || key == null || attempt.holdsKey()) {
      pass(attempt);
    } else if (before != null && before.holdsKey()) {
      before.holdsKey(false); // the key waited for this attempt
      letThrough(attempt);
    } else if (before != null) {
      gate.again(key, attempt);
    } else {
      gate.offer(key, attempt);
    }
  }

  private void letThrough(Attempt attempt) {
    attempt.holdsKey(true);
    pass(attempt);
  }

  private void pass(Attempt attempt) {
    if (attempt.onlyLinedUp()) {
      attempt.onlyLinedUp(false);
      passed.add(attempt);
    } else {
      push(attempt);
    }
  }

  /** Whether a key waits for its failed job. */
  public boolean blocksKeys() {
    lock.lock();
    try {
      return ordered && blocks;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what waits of partitions that have gone; what runs keeps its key until it ends. */
  public void forgetClosed() {
    lock.lock();
    try {
      gate.drop(attempt -> !attempt.tenure().open());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void push(Attempt attempt) {
    laneOf(attempt.lane()).add(attempt);
    ready |= LaneSelector.bit(attempt.lane());
    size++;
  }

  private ArrayDeque<Attempt> laneOf(Priority lane) {
    ArrayDeque<Attempt> found = lanes.get(lane);
    if (found == null) {
      throw new IllegalStateException("no lane " + lane);
    }
    return found;
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
    if ((size == 0 && ahead.isEmpty()) || !handout.take()) {
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
    return next == null && !paused && !held ? poll() : next;
  }

  /** So many jobs more are asked for than before. */
  public void wanted(int jobs) {
    lock.lock();
    try {
      wake(jobs);
    } finally {
      lock.unlock();
    }
  }

  /** Lines an attempt up before all others of its lane, with the key that the last one held. */
  public void putBack(Attempt attempt) {
    lock.lock();
    try {
      taken--;
      Attempt before = attempt.takePrevious();
      if (before != null && before.holdsKey()) {
        before.holdsKey(false);
        attempt.holdsKey(true);
      }
      if (held) {
        ahead.add(attempt); // it may be the one that runs alone
      } else {
        laneOf(attempt.lane()).addFirst(attempt);
        ready |= LaneSelector.bit(attempt.lane());
        size++;
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** A slot that takes attempts. Called under the dispatcher's lock. */
  public interface Taker {
    /** Whether the slot goes on. */
    boolean stays();

    /** The slot has this attempt from now on. */
    void took(Attempt attempt);
  }

  /** An attempt's thread has come back. */
  public void returned() {
    lock.lock();
    try {
      running--;
    } finally {
      lock.unlock();
    }
  }

  /** Attempts whose threads have not come back. */
  public int running() {
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Attempt poll() {
    while (size > 0) {
      if (bucket != null && isLimited(bucket)) {
        return null;
      }
      Priority lane = selector.next(ready);
      if (lane == null) {
        return null;
      }
      ArrayDeque<Attempt> queue = laneOf(lane);
      Attempt next = queue.poll();
      if (queue.isEmpty()) {
        ready &= ~LaneSelector.bit(lane);
      }
      size--;
      if (next != null && next.tenure().open()) {
        if (bucket != null) {
          bucket.tryTake(ticker.getAsLong());
        }
        return next;
      }
      if (next != null) {
        release(next); // its partition has gone, and the new owner has the record
      }
    }
    return null;
  }

  private boolean isLimited(TokenBucket tokens) {
    long now = ticker.getAsLong();
    boolean wait = tokens.nanosUntilAvailable(now) > 0;
    limited.is(wait, now);
    return wait;
  }

  /** Attempts that were ever taken, less those that were put back. */
  public long taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** For how long jobs and a slot have waited for the rate limit in all, in nanoseconds. */
  public long limitedNanos() {
    lock.lock();
    try {
      boolean waits = bucket != null && size > 0 && !paused && !held;
      return waits ? limited.total(ticker.getAsLong()) : limited.ended(ticker.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sets whether jobs of a key run one after the other, and whether a key waits for a failed one.
   */
  public void order(boolean byKey, OnRetry onRetry) {
    lock.lock();
    try {
      ordered = byKey;
      blocks = onRetry == OnRetry.BLOCK;
    } finally {
      lock.unlock();
    }
  }

  /**
   * An attempt that held its key has ended for good, or lets its key go while it waits for another
   * try: the next job of the key is ready.
   */
  public void releaseKey(Attempt attempt) {
    if (attempt.gateKey() == null) {
      return;
    }
    lock.lock();
    try {
      release(attempt);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** An attempt that was not added will not be: nothing waits for it any more. */
  public void forget(Attempt attempt) {
    lock.lock();
    try {
      Attempt before = attempt.takePrevious();
      if (before != null) {
        release(before);
      }
      release(attempt);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void release(Attempt attempt) {
    String key = attempt.gateKey();
    if (key != null && attempt.holdsKey()) {
      attempt.holdsKey(false);
      gate.release(key);
    }
  }

  /** Sets the rate limit; null for none. */
  public void limit(@Nullable TokenBucket limit) {
    lock.lock();
    try {
      bucket = limit;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Changes the share of the rate limit that this process has. */
  public void share(double share) {
    lock.lock();
    try {
      if (bucket != null) {
        bucket.share(share, ticker.getAsLong());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
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
      if (bucket == null || size == 0 || paused || held || !asked) {
        return Long.MAX_VALUE;
      }
      long wait = bucket.nanosUntilAvailable(ticker.getAsLong());
      if (wait <= 0) {
        changed.signalAll();
        return Long.MAX_VALUE;
      }
      return wait;
    } finally {
      lock.unlock();
    }
  }

  /** Holds everything back because an operator paused the queue, or lets it go on. */
  public void pause(boolean value) {
    lock.lock();
    try {
      paused = value;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether an operator paused the queue. */
  public boolean paused() {
    lock.lock();
    try {
      return paused;
    } finally {
      lock.unlock();
    }
  }

  /** Attempts that were ever added. */
  public long added() {
    lock.lock();
    try {
      return added;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets attempts go though the queue is paused, whatever line they wait in: such as have no
   * handler to run, so that they need no key either. Does nothing while the queue is not paused.
   */
  public void letGo(Predicate<Attempt> wanted) {
    lock.lock();
    try {
      if (!paused) {
        return;
      }
      gate.pull(wanted, ahead::add);
      lanes.forEach(
          (lane, waiting) -> {
            int before = waiting.size();
            waiting.removeIf(attempt -> wanted.test(attempt) && ahead.add(attempt));
            size -= before - waiting.size();
            if (waiting.isEmpty()) {
              ready &= ~LaneSelector.bit(lane);
            }
          });
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Holds everything back while one attempt runs alone, or lets it go on. */
  public void hold(boolean value) {
    lock.lock();
    try {
      if (held != value) {
        held = value;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends every slot home; what is ready stays where it is on the log. */
  public void stop() {
    lock.lock();
    try {
      stopped = true;
      lanes.values().forEach(ArrayDeque::clear);
      ahead.clear();
      ready = 0;
      size = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Has waiting slots ask again whether they stay. */
  public void recheck() {
    lock.lock();
    try {
      changed.signalAll();
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
    lock.lock();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }
}

package io.clusterdb.tasks.worker.run;

import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.worker.engine.KeyGate;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The lines in which attempts wait for their ordering keys. Without an order they are ready at
 * once. Guarded by its dispatcher's lock.
 */
final class KeyLines {
  private final KeyGate<Attempt> gate = new KeyGate<>(this::letThrough);
  private final Queue<Attempt> passed = new ConcurrentLinkedQueue<>();
  private final Consumer<Attempt> ready;
  private boolean ordered;
  private boolean blocks = true;

  /** Lines that hand on here what may run, within the call that lets it. */
  KeyLines(Consumer<Attempt> ready) {
    this.ready = ready;
  }

  /** Whether jobs of a key run one after the other, and whether a key waits for a failed one. */
  void order(boolean byKey, OnRetry onRetry) {
    ordered = byKey;
    blocks = onRetry == OnRetry.BLOCK;
  }

  /** Whether a key waits for its failed job. */
  boolean blocks() {
    return ordered && blocks;
  }

  /** Puts an attempt into its key's line; it is ready when it holds the key. */
  void add(Attempt attempt) {
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
      ready.accept(attempt);
    }
  }

  /** The next attempt that was only lined up and holds its key, or needs none. Needs no lock. */
  @Nullable Attempt passed() {
    return passed.poll();
  }

  /** Gives the key of the attempt that this one follows, if that holds it, to this one. */
  void handOn(Attempt attempt) {
    Attempt before = attempt.takePrevious();
    if (before != null && before.holdsKey()) {
      before.holdsKey(false);
      attempt.holdsKey(true);
    }
  }

  /** Lets the next of its key through, if this attempt holds it. */
  void release(Attempt attempt) {
    String key = attempt.gateKey();
    if (key != null && attempt.holdsKey()) {
      attempt.holdsKey(false);
      gate.release(key);
    }
  }

  /** Lets the key go that waits for this attempt, which does not come. */
  void forget(Attempt attempt) {
    Attempt before = attempt.takePrevious();
    if (before != null) {
      release(before);
    }
    release(attempt);
  }

  /** Forgets what waits of partitions that have gone. */
  void forgetClosed() {
    gate.drop(attempt -> !attempt.tenure().open());
  }

  /** Takes attempts that wait out of their lines. */
  void pull(Predicate<Attempt> wanted, Consumer<Attempt> taken) {
    gate.pull(wanted, taken);
  }
}

package io.clusterdb.tasks.worker.engine;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Lets one job of an ordering key through at a time, in the order in which they came; keys do not
 * wait for each other. Confined to whoever dispatches; guard it with the lock of the ready queues.
 *
 * <p>A job that was let through holds its key until {@link #release}. When it fails and is tried
 * again in place, its key either waits (call nothing, and run the job again after its delay: {@code
 * on_retry: block}) or is released now, and the job comes back with {@link #again} ({@code
 * overtake}). A key that nobody holds costs no memory.
 *
 * @param <T> a job
 */
public final class KeyGate<T> {
  /** The line of every key without one: no job waits there, ever. */
  private final ArrayDeque<T> nobody = new ArrayDeque<>(1);

  private final Map<Object, ArrayDeque<T>> waiting = new HashMap<>();
  private final Consumer<? super T> ready;

  /**
   * A gate that hands jobs on to {@code ready} as soon as they may run, within the call that lets
   * them.
   */
  public KeyGate(Consumer<? super T> ready) {
    this.ready = ready;
  }

  /** A job came. */
  public void offer(Object key, T job) {
    ArrayDeque<T> line = waiting.putIfAbsent(key, nobody);
    if (line == null) {
      ready.accept(job);
    } else {
      line(key, line).addLast(job);
    }
  }

  /** A job that was overtaken came back: it is the next of its key. */
  public void again(Object key, T job) {
    ArrayDeque<T> line = waiting.putIfAbsent(key, nobody);
    if (line == null) {
      ready.accept(job);
    } else {
      line(key, line).addFirst(job);
    }
  }

  /** The job that holds the key has ended, or lets others overtake it. */
  public void release(Object key) {
    ArrayDeque<T> line = waiting.get(key);
    if (line == null) {
      throw new IllegalStateException("Expected a job that holds the key " + key + ", found none");
    }
    T next = line.pollFirst();
    if (next == null) {
      waiting.remove(key);
    } else {
      ready.accept(next);
    }
  }

  /** Forgets jobs that wait here, such as those of a partition that is no longer owned. */
  public void drop(Predicate<? super T> unwanted) {
    Iterator<ArrayDeque<T>> lines = waiting.values().iterator();
    while (lines.hasNext()) {
      lines.next().removeIf(unwanted);
    }
  }

  /** Takes jobs that wait here out of their lines; they are no longer the gate's. */
  public void pull(Predicate<? super T> wanted, Consumer<? super T> taken) {
    for (ArrayDeque<T> line : waiting.values()) {
      for (Iterator<T> jobs = line.iterator(); jobs.hasNext(); ) {
        T job = jobs.next();
        if (wanted.test(job)) {
          jobs.remove();
          taken.accept(job);
        }
      }
    }
  }

  /** Keys that a job holds. */
  public int heldKeys() {
    return waiting.size();
  }

  @SuppressWarnings("ReferenceEquality") // An empty line of its own is not the shared one.
  private ArrayDeque<T> line(Object key, ArrayDeque<T> line) {
    if (line != nobody) {
      return line;
    }
    ArrayDeque<T> own = new ArrayDeque<>(4);
    waiting.put(key, own);
    return own;
  }
}

package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is made when it is first used, and closed if it was made. Thread-safe. */
final class Lazy<T> implements Supplier<T>, AutoCloseable {
  static final String CLOSED = "the connection is closed. Use it before close(), or connect again.";

  private final Supplier<T> make;
  private final Consumer<T> release;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable T made;
  private volatile boolean closed;

  Lazy(Supplier<T> make, Consumer<T> release) {
    this.make = make;
    this.release = release;
  }

  @Override
  public T get() {
    T value = made;
    if (value != null && !closed) {
      return value;
    }
    lock.lock();
    try {
      if (closed) {
        throw closedException();
      }
      T known = made;
      if (known != null) {
        return known;
      }
      T fresh = make.get();
      made = fresh;
      return fresh;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    T value;
    lock.lock();
    try {
      value = closed ? null : made;
      closed = true;
    } finally {
      lock.unlock();
    }
    if (value != null) {
      release.accept(value);
    }
  }

  static TasksException closedException() {
    return new TasksException(ErrorCode.CLOSED, CLOSED);
  }
}

package io.clusterdb.tasks.catalog;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.kafka.KafkaErrors;
import io.clusterdb.tasks.schemas.PlatformCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the catalog and follows it, on a thread of its own that starts when the catalog is first
 * asked for. A record that cannot be read is skipped with a warning. Thread-safe.
 */
public final class CatalogReader implements CatalogView, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CatalogReader.class);

  private final Map<String, String> unreadable = new ConcurrentHashMap<>();

  private final CatalogTopic topic;
  private final CatalogFollower follower;
  private final Duration limit;
  private final List<Consumer<CatalogSnapshot>> listeners = new CopyOnWriteArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile CatalogSnapshot current = CatalogSnapshot.EMPTY;
  private volatile boolean topicSeen;
  private long readTo = -1;
  private @Nullable Throwable failure;
  private @Nullable Thread thread;
  private boolean closed;

  /**
   * Creates a reader.
   *
   * @param topic the catalog's topic
   * @param consumers makes a consumer without a group that reads what is committed and resets no
   *     offset by itself
   * @param codec reads definitions
   * @param limit how long {@link #latest} may take
   */
  public CatalogReader(
      CatalogTopic topic,
      Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers,
      PlatformCodec codec,
      Duration limit) {
    this.topic = topic;
    this.limit = limit;
    this.follower = new CatalogFollower(topic, consumers, codec, this);
  }

  @Override
  public CatalogSnapshot current() {
    return current;
  }

  @Override
  public CatalogSnapshot latest() {
    long deadline = System.nanoTime() + limit.toNanos();
    start();
    if (!topicSeen) {
      topic.ensure();
      topicSeen = true;
    }
    return awaitRead(topic.end(limit), deadline);
  }

  @Override
  public AutoCloseable onChange(Consumer<CatalogSnapshot> listener) {
    start();
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Map<String, String> unreadable() {
    return Map.copyOf(unreadable);
  }

  /** Called by the follower: the newest record of a key cannot be read, or can (null). */
  void unreadable(String key, @Nullable String reason) {
    if (reason == null) {
      unreadable.remove(key);
    } else {
      unreadable.put(key, reason);
    }
  }

  /** Called by the follower, which begins anew. */
  void forgetUnreadable() {
    unreadable.clear();
  }

  /** Waits until the record at this offset has been read, and what was committed with it. */
  CatalogSnapshot awaitRecord(long offset) {
    start();
    return awaitRead(offset + 1, System.nanoTime() + limit.toNanos());
  }

  /** Stops following; what waits fails with CLOSED. */
  @Override
  public void close() {
    Thread running;
    lock.lock();
    try {
      closed = true;
      running = thread;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    follower.stop();
    if (running != null && running != Thread.currentThread()) {
      join(running);
    }
  }

  /** Called by the follower: everything below this offset has been read. */
  void read(long offset, @Nullable CatalogSnapshot next) {
    lock.lock();
    try {
      readTo = offset;
      failure = null;
      if (next != null) {
        current = next;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (next != null) {
      listeners.forEach(listener -> tell(listener, next));
    }
  }

  /** Called by the follower: what keeps it from reading on, for those who wait in vain. */
  void failed(Throwable error) {
    lock.lock();
    try {
      failure = error;
    } finally {
      lock.unlock();
    }
  }

  private static void tell(Consumer<CatalogSnapshot> listener, CatalogSnapshot snapshot) {
    try {
      listener.accept(snapshot);
    } catch (RuntimeException e) {
      log.error("A listener to the catalog failed; it is told of the next change again.", e);
    }
  }

  private void start() {
    lock.lock();
    try {
      if (closed) {
        throw closedException();
      }
      if (thread == null) {
        thread = Thread.ofPlatform().daemon().name("tasks-catalog").start(follower);
      }
    } finally {
      lock.unlock();
    }
  }

  private CatalogSnapshot awaitRead(long offset, long deadline) {
    lock.lock();
    try {
      while (readTo < offset) {
        if (closed) {
          throw closedException();
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw late();
        }
        changed.awaitNanos(left);
      }
      return current;
    } catch (InterruptedException e) {
      throw KafkaErrors.of("read the catalog", topic.bootstrap(), e);
    } finally {
      lock.unlock();
    }
  }

  private TasksException late() {
    if (failure != null && KafkaErrors.of("", "", failure).code() != ErrorCode.INTERNAL) {
      return KafkaErrors.of("read the catalog", topic.bootstrap(), failure);
    }
    return new TasksException(
        ErrorCode.UNREACHABLE,
        "could not read the catalog (topic %s) to its end within %d s%s. Check that the brokers at %s, and the schema registry if one is set, can be reached."
            .formatted(
                topic.partition().topic(),
                limit.toSeconds(),
                failure == null ? "" : ": " + failure.getMessage(),
                topic.bootstrap()),
        failure);
  }

  private static TasksException closedException() {
    return new TasksException(
        ErrorCode.CLOSED, "the connection is closed. Use it before close(), or connect again.");
  }

  private static void join(Thread thread) {
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

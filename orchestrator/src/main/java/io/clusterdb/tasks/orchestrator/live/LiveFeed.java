package io.clusterdb.tasks.orchestrator.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.StatsJson;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.http.ProblemException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows those who watch how the platform is getting on, once a second. A frame is made once for all
 * of them, and only while somebody watches; who reads slowly misses frames, and who does not read
 * at all is left. Thread-safe.
 */
public final class LiveFeed implements AutoCloseable {
  /** Most watchers at a time. */
  static final int MOST = 200;

  private static final Logger log = LoggerFactory.getLogger(LiveFeed.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final Duration STUCK = Duration.ofSeconds(20);
  private static final byte[] HELLO = "retry: 2000\n\n".getBytes(StandardCharsets.UTF_8);

  private final Stats stats;
  private final Tail tail;
  private final InstantSource clock;
  private final LongSupplier ticker;
  private final Set<Seat> seats = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("orchestrator-live").factory());
  private @Nullable Frame frame;
  private long madeAt;
  private long number;
  private volatile boolean closed;

  /** Says how every queue is getting on. */
  @FunctionalInterface
  public interface Stats {
    /**
     * All of them.
     *
     * @throws TasksException if that is not known now
     */
    List<QueueStats> all() throws InterruptedException;
  }

  /** Says what happened to jobs. Used by one thread. */
  interface Tail extends AutoCloseable {
    /** What is new since the last look. */
    EventTail.News look();

    /** Lets go of what a look needs until the next one. */
    @Override
    void close();
  }

  LiveFeed(Stats stats, Tail tail, InstantSource clock, LongSupplier ticker) {
    this.stats = stats;
    this.tail = tail;
    this.clock = clock;
    this.ticker = ticker;
    ScheduledFuture<?> unused =
        executor.scheduleAtFixedRate(
            this::tick, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Starts without watchers. */
  public static LiveFeed start(Stats stats, TasksRuntime runtime) {
    return new LiveFeed(stats, new EventTail(runtime), runtime.clock(), System::nanoTime);
  }

  /** A watcher's place. Closed by whoever took it. */
  public final class Seat implements AutoCloseable {
    private final Watch watch;
    private volatile @Nullable Thread writer;
    private volatile long since;

    private Seat(Watch watch) {
      this.watch = watch;
    }

    /** Writes what is to be seen until the reader or the service goes. */
    public void write(OutputStream out) throws IOException, InterruptedException {
      send(out, HELLO);
      long seen = 0;
      boolean begun = false;
      for (Frame next = next(seen); next != null; next = next(seen)) {
        send(out, next.of(watch, !begun));
        seen = next.number();
        // The frame before may be of a time when nobody asked for events.
        begun |= next.hasEvents();
      }
    }

    private void send(OutputStream out, byte[] bytes) throws IOException {
      since = ticker.getAsLong();
      writer = Thread.currentThread();
      try {
        out.write(bytes);
        out.flush();
      } finally {
        writer = null;
      }
    }

    /** Ends a write that takes so long that nobody can be reading. */
    private void check(long now) {
      Thread stuck = writer;
      if (stuck != null && now - since > STUCK.toNanos()) {
        stuck.interrupt();
      }
    }

    @Override
    public void close() {
      seats.remove(this);
    }
  }

  /**
   * Tells whoever comes to watch before an answer begins.
   *
   * @throws ProblemException 503 if there is no place left
   */
  public void requirePlace() {
    if (closed || seats.size() >= MOST) {
      throw new ProblemException(
          503,
          "Service unavailable",
          "expected at most %d watchers, found as many already. Try again later.".formatted(MOST));
    }
  }

  /**
   * Takes a place.
   *
   * @throws ProblemException 503 if there is none left
   */
  public Seat enter(Watch watch) {
    requirePlace();
    Seat seat = new Seat(watch);
    seats.add(seat);
    if (!fresh()) {
      executor.execute(this::tick);
    }
    return seat;
  }

  private boolean fresh() {
    lock.lock();
    try {
      return frame != null && ticker.getAsLong() - madeAt < FRESH.toNanos();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a frame after this one; null if there will be none. */
  private @Nullable Frame next(long seen) throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        Frame now = frame;
        if (now != null && now.number() > seen && ticker.getAsLong() - madeAt < FRESH.toNanos()) {
          return now;
        }
        changed.await();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void tick() {
    try {
      if (seats.isEmpty()) {
        tail.close();
        return;
      }
      long now = ticker.getAsLong();
      seats.forEach(seat -> seat.check(now));
      publish(make());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("What watchers see could not be made, and is again in a second", e);
    }
  }

  private Frame make() throws InterruptedException {
    Map<String, JsonNode> queues = new TreeMap<>();
    @Nullable String problem = null;
    try {
      stats.all().forEach(each -> queues.put(each.queue(), StatsJson.of(each)));
    } catch (TasksException e) {
      problem = String.valueOf(e.getMessage());
    }
    return new Frame(++number, clock.instant().toString(), queues, problem, news());
  }

  private EventTail.News news() {
    if (seats.stream().noneMatch(seat -> seat.watch.events())) {
      tail.close();
      return EventTail.News.NONE;
    }
    try {
      return tail.look();
    } catch (KafkaException e) {
      log.debug("Events could not be looked at, and are again in a second", e);
      tail.close();
      return EventTail.News.NONE;
    }
  }

  private void publish(Frame made) {
    lock.lock();
    try {
      frame = made;
      madeAt = ticker.getAsLong();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets all watchers go. */
  @Override
  public void close() throws InterruptedException {
    closed = true;
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    executor.shutdownNow();
    if (!executor.awaitTermination(EVERY.toMillis() * 2, TimeUnit.MILLISECONDS)) {
      log.debug("The last frame for watchers is still being made");
    }
    tail.close();
  }
}

package io.clusterdb.tasks.orchestrator.lease;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseEnd;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseToken;
import io.clusterdb.tasks.orchestrator.lease.engine.Shares;
import io.clusterdb.tasks.streams.Chores;
import io.clusterdb.tasks.worker.run.Fate;
import io.clusterdb.tasks.worker.run.Handout.Handed;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of this instance: a desk for each queue that callers have lately asked for jobs of. A
 * desk's worker leaves its group when nobody asks any more, since the jobs of its partitions would
 * wait. Thread-safe.
 */
public final class Leases implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Leases.class);

  /** Leases of a queue at once. */
  private static final int MOST = 1_000;

  /** How long a desk stays open unless said otherwise. */
  public static final Duration IDLE = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final int SECRET_BYTES = 16;

  private final TasksRuntime runtime;
  private final Duration idle;
  private final Chores chores = new Chores("leases");
  private final SecureRandom random = new SecureRandom();
  private final ReentrantLock lock = new ReentrantLock();

  /** Read without the lock, since a desk that opens holds it while the brokers answer. */
  private final Map<String, Desk> desks = new ConcurrentHashMap<>();

  private volatile @Nullable Member member;
  private volatile boolean closed;

  private record Member(String self, Supplier<Set<String>> all) {}

  /**
   * Creates it; this instance is no member yet.
   *
   * @param idle how long a queue's worker stays in its group when nobody asks for its jobs
   */
  public Leases(TasksRuntime runtime, Duration idle) {
    this.runtime = runtime;
    this.idle = idle;
    chores.every(LOOK, "look for idle leases", this::closeIdle);
  }

  /**
   * Makes this instance a member.
   *
   * @param self {@code host:port} of its API, as the others know it
   * @param all those of all instances that are known now
   */
  public void join(String self, Supplier<Set<String>> all) {
    member = new Member(self, all);
  }

  private Member member() {
    Member joined = member;
    if (joined == null) {
      throw new TasksException(
          ErrorCode.UNREACHABLE,
          "expected this instance to hand out jobs, but it starts. Ask again in a second.");
    }
    return joined;
  }

  /** Whether this is the address of this instance. */
  boolean here(String instance) {
    return member().self().equals(instance);
  }

  /** Whether an instance of this address is known. */
  boolean known(String instance) {
    return here(instance) || member().all().get().contains(instance);
  }

  /**
   * The instances that hand out a queue's jobs, in the order in which they are to be asked. One
   * that does already goes on until nobody asks it any more.
   */
  List<String> order(String queue) {
    Member joined = member();
    if (desks.containsKey(queue)) {
      return List.of(joined.self());
    }
    Set<String> all = joined.all().get();
    return all.contains(joined.self()) ? Shares.order(queue, all) : List.of(joined.self());
  }

  /**
   * Waits for jobs.
   *
   * @return none if no job comes
   * @throws TasksException QUEUE_NOT_FOUND
   */
  List<Lease> dequeue(String queue, Wish wish) throws InterruptedException {
    requireQueue(queue);
    while (true) {
      Optional<Desk> desk = desk(queue);
      if (desk.isEmpty()) {
        return List.of(); // this instance stops
      }
      Optional<List<Lease>> got = desk.get().dequeue(wish);
      if (got.isPresent()) {
        return got.get();
      }
    }
  }

  private void requireQueue(String queue) {
    if (runtime.catalog().current().queue(queue) == null
        && runtime.catalog().latest().queue(queue) == null) {
      throw new TasksException(
          ErrorCode.QUEUE_NOT_FOUND,
          "expected a queue of the catalog, found %s. Create it with tasks queue create %s."
              .formatted(queue, queue));
    }
  }

  private Optional<Desk> desk(String queue) {
    Desk open = desks.get(queue);
    if (open != null && !closed) {
      return Optional.of(open);
    }
    lock.lock();
    try {
      if (closed) {
        return Optional.empty();
      }
      Desk found = desks.get(queue);
      if (found == null) {
        found =
            new Desk(
                handed -> token(queue, handed),
                System::nanoTime,
                handout -> Source.worker(runtime, queue, MOST, DRAIN, handout));
        desks.put(queue, found);
        log.debug("Hands out the jobs of queue {} from now on", queue);
      }
      return Optional.of(found);
    } finally {
      lock.unlock();
    }
  }

  private LeaseToken token(String queue, Handed handed) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new LeaseToken(
        member().self(),
        queue,
        handed.partition().topic(),
        handed.partition().partition(),
        handed.offset(),
        handed.context().job().attempt(),
        Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /**
   * Ends a lease and waits until the outcome is on the log.
   *
   * @return what became of the attempt
   * @throws TasksException LEASE_LOST if it is not held any more, WAIT_TIMEOUT if the log does not
   *     take the outcome in time; the same call may then be made again
   */
  Fate end(LeaseToken token, LeaseEnd how) throws InterruptedException {
    CompletableFuture<Fate> future =
        find(token.queue()).flatMap(desk -> desk.end(token, how)).orElseThrow(() -> lost(token));
    Fate fate = settled(future, token);
    boolean asSaid =
        how instanceof LeaseEnd.Completed
            ? fate == Fate.SUCCEEDED
            : fate == Fate.RETRYING || fate == Fate.DEAD;
    if (!asSaid) {
      throw lost(token);
    }
    return fate;
  }

  private static Fate settled(CompletableFuture<Fate> future, LeaseToken token)
      throws InterruptedException {
    try {
      return future.get(SETTLE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new TasksException(
          ErrorCode.WAIT_TIMEOUT,
          "expected the outcome of attempt %d at %s-%d offset %d on the log within %d s, and it was not there. Call again, or ask for the job's state."
              .formatted(
                  token.attempt(),
                  token.topic(),
                  token.partition(),
                  token.offset(),
                  SETTLE.toSeconds()),
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a fate never fails", e);
    }
  }

  /**
   * The lease, which is held.
   *
   * @throws TasksException LEASE_LOST
   */
  Lease held(LeaseToken token) {
    return find(token.queue()).flatMap(desk -> desk.find(token)).orElseThrow(() -> lost(token));
  }

  /** Says that a lease is not held any more. */
  static TasksException lost(LeaseToken token) {
    return new TasksException(
        ErrorCode.LEASE_LOST,
        "expected the lease of attempt %d at %s-%d offset %d to be held, and it is not: its time was up, the job was cancelled or timed out, or its partition or instance has gone. Drop the work; the job is tried again unless it was cancelled."
            .formatted(token.attempt(), token.topic(), token.partition(), token.offset()));
  }

  private Optional<Desk> find(String queue) {
    return Optional.ofNullable(desks.get(queue));
  }

  private void closeIdle() {
    List<Desk> unused = new ArrayList<>();
    lock.lock();
    try {
      desks
          .entrySet()
          .removeIf(
              each -> {
                boolean ends = each.getValue().idle(idle) || !each.getValue().running();
                if (ends) {
                  log.debug("Ends the desk of {}: {}", each.getKey(), each.getValue().describe());
                  each.getValue().stop();
                  unused.add(each.getValue());
                }
                return ends;
              });
    } finally {
      lock.unlock();
    }
    unused.forEach(desk -> Thread.ofVirtual().name("tasks-lease-close").start(desk::close));
  }

  /** Sends callers home, gives what is leased a moment to end, and gives the rest back. */
  @Override
  public void close() {
    chores.close();
    List<Desk> all;
    lock.lock();
    try {
      closed = true;
      all = List.copyOf(desks.values());
    } finally {
      lock.unlock();
    }
    all.forEach(Desk::stop);
    List<Thread> closing = all.stream().map(desk -> Thread.ofVirtual().start(desk::close)).toList();
    for (Thread each : closing) {
      try {
        each.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}

package io.clusterdb.tasks.orchestrator.lease;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobInfo;
import io.clusterdb.tasks.orchestrator.lease.engine.Callers;
import io.clusterdb.tasks.orchestrator.lease.engine.Callers.Caller;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseEnd;
import io.clusterdb.tasks.orchestrator.lease.engine.LeaseToken;
import io.clusterdb.tasks.worker.run.EndedException;
import io.clusterdb.tasks.worker.run.Fate;
import io.clusterdb.tasks.worker.run.Handout;
import io.clusterdb.tasks.worker.run.NotTakenException;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where callers wait for a queue's jobs, and where its leases are kept. The worker's threads bring
 * jobs here and wait for the ends of their leases. Thread-safe.
 */
final class Desk implements Handout, AutoCloseable {
  /** How long more jobs are waited for once there is one. */
  private static final long LINGER = TimeUnit.MILLISECONDS.toNanos(20);

  /** How long a caller whose time is up waits for a job that is on its way to it. */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

  /** How long a first caller waits at least, while the worker joins its group. */
  private static final long COLD = TimeUnit.SECONDS.toNanos(10);

  /** What ended is remembered, for a caller that missed the answer and asks again. */
  private static final int REMEMBERED = 10_000;

  private final Naming naming;
  private final LongSupplier ticker;
  private final Source source;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Callers<Lease> callers = new Callers<>();
  private final IdentityHashMap<Caller<Lease>, Duration> durations = new IdentityHashMap<>();
  private final Map<String, Lease> held = new HashMap<>();
  private final Map<String, Ended> ended = new Memory();
  private long lastUsed;
  private boolean closed;

  /** Makes the token of a lease. */
  @FunctionalInterface
  interface Naming {
    LeaseToken token(Handed handed);
  }

  private record Ended(LeaseToken token, LeaseEnd how, CompletableFuture<Fate> fate) {}

  private static final class Memory extends LinkedHashMap<String, Ended> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Ended> eldest) {
      return size() > REMEMBERED;
    }
  }

  /**
   * Opens it.
   *
   * @param source makes where its jobs come from
   * @param ticker a monotonic clock in nanoseconds
   */
  Desk(Naming naming, LongSupplier ticker, Function<Handout, Source> source) {
    this.naming = naming;
    this.ticker = ticker;
    this.lastUsed = ticker.getAsLong();
    this.source = source.apply(this);
  }

  /** Waits for jobs; empty if the desk is closed, none if no job comes. */
  Optional<List<Lease>> dequeue(Wish wish) throws InterruptedException {
    Caller<Lease> caller;
    lock.lock();
    try {
      if (closed) {
        return Optional.empty();
      }
      caller = callers.arrive(wish.most());
      durations.put(caller, wish.duration());
    } finally {
      lock.unlock();
    }
    source.wanted(wish.most()); // not under the lock: the dispatcher asks under its own
    return await(caller, wish.within().toNanos());
  }

  private Optional<List<Lease>> await(Caller<Lease> caller, long wait) throws InterruptedException {
    lock.lock();
    boolean done = false;
    try {
      awaitFirst(caller, wait);
      awaitMore(caller);
      done = true;
      return closed && caller.got().isEmpty() ? Optional.empty() : Optional.of(caller.got());
    } finally {
      List<Lease> got = callers.leave(caller);
      durations.remove(caller);
      lastUsed = ticker.getAsLong();
      if (!done) {
        got.forEach(lease -> lease.end(new LeaseEnd.Returned()));
      }
      lock.unlock();
    }
  }

  private void awaitFirst(Caller<Lease> caller, long wait) throws InterruptedException {
    boolean cold = !source.ready();
    long start = ticker.getAsLong();
    long until = start + (cold ? Math.max(wait, COLD) : wait);
    while (caller.got().isEmpty() && !closed) {
      if (cold && source.ready()) {
        cold = false;
        until = Math.max(start + wait, ticker.getAsLong() + PATIENCE);
      }
      long left = until - ticker.getAsLong() + (caller.expects() ? PATIENCE : 0);
      if (left <= 0) {
        return;
      }
      long unused = changed.awaitNanos(cold ? Math.min(left, LINGER) : left);
    }
  }

  private void awaitMore(Caller<Lease> caller) throws InterruptedException {
    long until = ticker.getAsLong() + LINGER;
    while (!caller.got().isEmpty() && !caller.full() && !closed) {
      long left = until - ticker.getAsLong();
      if (left <= 0) {
        return;
      }
      long unused = changed.awaitNanos(left);
    }
  }

  @Override
  public boolean take() {
    lock.lock();
    try {
      return !closed && callers.take();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void giveBack() {
    lock.lock();
    try {
      callers.giveBack();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean wants() {
    lock.lock();
    try {
      return !closed && callers.wants();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Object run(Handed handed) throws InterruptedException {
    Lease lease = give(handed);
    LeaseEnd end = new LeaseEnd.Lost();
    try {
      end = lease.await();
    } finally {
      boolean unused = lease.end(end); // interrupted: whoever has it is told that it is lost
      forget(lease);
    }
    return switch (end) {
      case LeaseEnd.Completed done -> done.result();
      case LeaseEnd.Failed failed when failed.permanent() ->
          throw EndedException.permanent(failed.type(), failed.message(), failed.stackTrace());
      case LeaseEnd.Failed failed ->
          throw EndedException.failed(
              failed.type(), failed.message(), failed.retryAfter(), failed.stackTrace());
      case LeaseEnd.Expired expired -> throw expired(handed);
      case LeaseEnd.Returned returned -> throw new NotTakenException();
      case LeaseEnd.Lost lost -> throw new InterruptedException("the attempt no longer counts");
    };
  }

  private Lease give(Handed handed) {
    LeaseToken token = naming.token(handed);
    lock.lock();
    try {
      Caller<Lease> caller = callers.next().orElseThrow(NotTakenException::new);
      Duration duration = durations.get(caller);
      if (duration == null || closed) {
        throw new NotTakenException();
      }
      Lease lease = new Lease(token, handed, duration, ticker);
      held.put(token.secret(), lease);
      callers.give(caller, lease);
      changed.signalAll();
      return lease;
    } finally {
      lock.unlock();
    }
  }

  private void forget(Lease lease) {
    lock.lock();
    try {
      Lease unused = held.remove(lease.token().secret());
      lastUsed = ticker.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  private static EndedException expired(Handed handed) {
    JobInfo job = handed.context().job();
    return EndedException.failed(
        ErrorCode.LEASE_LOST.name(),
        "Lease lost: the lease of job %s ended on attempt %d of %d before its holder said anything. Give it more time, extend it, or look whether the holder died."
            .formatted(job.id(), job.attempt(), job.maxAttempts()),
        null,
        null);
  }

  /** The lease, while it is held. */
  Optional<Lease> find(LeaseToken token) {
    lock.lock();
    try {
      return Optional.ofNullable(held.get(token.secret()))
          .filter(lease -> lease.token().equals(token));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends a lease, or finds that it was ended like this before.
   *
   * @return what becomes of its attempt; empty if the lease is not held
   */
  Optional<CompletableFuture<Fate>> end(LeaseToken token, LeaseEnd how) {
    Optional<Lease> lease = find(token);
    lock.lock();
    try {
      if (lease.isPresent() && lease.get().end(how)) {
        CompletableFuture<Fate> fate = lease.get().handed().fate();
        ended.put(token.secret(), new Ended(token, how, fate));
        return Optional.of(fate);
      }
      return Optional.ofNullable(ended.get(token.secret()))
          .filter(before -> before.token().equals(token))
          .filter(before -> before.how().getClass() == how.getClass())
          .map(Ended::fate);
    } finally {
      lock.unlock();
    }
  }

  /** Whether nobody has used it for so long. */
  boolean idle(Duration time) {
    lock.lock();
    try {
      return callers.isEmpty() && held.isEmpty() && ticker.getAsLong() - lastUsed >= time.toNanos();
    } finally {
      lock.unlock();
    }
  }

  /** Whether jobs may still come. */
  boolean running() {
    return source.running();
  }

  /** What it has, for people. */
  String describe() {
    lock.lock();
    try {
      return held.size() + " leases, last used " + Durations.format(sinceUse()) + " ago";
    } finally {
      lock.unlock();
    }
  }

  private Duration sinceUse() {
    return Duration.ofNanos(ticker.getAsLong() - lastUsed);
  }

  /** Sends callers home. */
  void stop() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Sends callers home, gives leases a moment to end, and gives back the jobs of the others. */
  @Override
  public void close() {
    stop();
    source.close();
  }
}

package io.clusterdb.tasks.schemas;

import io.clusterdb.tasks.schemas.Registrations.Target;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registrations for the platform's own records, which do without a registry that is away. Requests
 * run on threads of their own: a caller waits a moment for the first answer, and while the registry
 * is known to be away not at all. Thread-safe.
 */
final class PatientRegistrations {
  private static final Logger log = LoggerFactory.getLogger(PatientRegistrations.class);
  static final Duration PATIENCE = Duration.ofSeconds(2);
  static final Duration RETRY_INTERVAL = Duration.ofSeconds(10);

  private final Registrations registrations;
  private final LongSupplier ticker;
  private final ConcurrentHashMap<Target, Attempt> attempts = new ConcurrentHashMap<>();
  private final AtomicBoolean away = new AtomicBoolean();
  private final Set<Target> refused = ConcurrentHashMap.newKeySet();

  /**
   * @param ticker monotonic, in nanoseconds
   */
  PatientRegistrations(Registrations registrations, LongSupplier ticker) {
    this.registrations = registrations;
    this.ticker = ticker;
  }

  private record Attempt(CompletableFuture<WriterSchema> answer, long startedAt) {}

  /** The registered schema, or null where the registry does not give it in time. */
  @Nullable WriterSchema get(Target target) {
    WriterSchema known = registrations.known(target);
    return known != null ? known : get(target, away.get() ? Duration.ZERO : PATIENCE);
  }

  /**
   * The same, with a patience that counts from the moment at which the registry was asked, which
   * may have been earlier.
   */
  @Nullable WriterSchema get(Target target, Duration patience) {
    Attempt attempt = attempt(target);
    long left = patience.toNanos() - (ticker.getAsLong() - attempt.startedAt());
    try {
      return attempt.answer().get(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      noteAway(target, "It did not answer within " + patience.toMillis() + " ms.");
      return null;
    } catch (ExecutionException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private Attempt attempt(Target target) {
    Attempt last = attempts.get(target);
    if (last != null && (!last.answer().isDone() || !isDue(last))) {
      return last;
    }
    Attempt next = new Attempt(new CompletableFuture<>(), ticker.getAsLong());
    boolean mine =
        last == null
            ? attempts.putIfAbsent(target, next) == null
            : attempts.replace(target, last, next);
    if (mine) {
      Thread.ofVirtual().name("schema-registration").start(() -> run(target, next));
    }
    return attempts.getOrDefault(target, next);
  }

  private boolean isDue(Attempt last) {
    return ticker.getAsLong() - last.startedAt() >= RETRY_INTERVAL.toNanos();
  }

  private void run(Target target, Attempt attempt) {
    try {
      WriterSchema schema = registrations.get(target);
      if (away.getAndSet(false)) {
        log.info("The schema registry answers again: records carry schema ids.");
      }
      attempt.answer().complete(schema);
    } catch (RegistryException e) {
      if (e.isUnreachable()) {
        noteAway(target, e.getMessage());
      } else if (refused.add(target)) {
        warn(target, e.getMessage());
      }
      attempt.answer().completeExceptionally(e);
    } catch (RuntimeException e) {
      noteAway(target, e.toString());
      attempt.answer().completeExceptionally(e);
    }
  }

  private void noteAway(Target target, @Nullable String reason) {
    if (!away.getAndSet(true)) {
      warn(target, reason);
    }
  }

  private static void warn(Target target, @Nullable String reason) {
    log.warn(
        "No schema id for {} records of topic {}: they are written in single-object encoding, which"
            + " the platform's readers take too, and the registry is asked again every {} s. {}",
        target.schema().getName(),
        target.topic(),
        RETRY_INTERVAL.toSeconds(),
        reason);
  }
}

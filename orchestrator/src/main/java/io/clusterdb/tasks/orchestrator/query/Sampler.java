package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the brokers said lately of the queues that somebody asks for: the first question for a queue
 * asks them, and then they are asked each second in the background while questions come, so that
 * those cost nothing. Thread-safe.
 */
final class Sampler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sampler.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration FORGET = Duration.ofMinutes(1);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final Function<String, Sample> probe;
  private final LongSupplier ticker;
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("orchestrator-sampler").factory());

  private record Watched(Sample sample, long askedAt) {}

  /**
   * Starts without any.
   *
   * @param probe asks the brokers, on one thread
   * @param ticker a monotonic clock in nanoseconds
   */
  Sampler(Function<String, Sample> probe, LongSupplier ticker) {
    this.probe = probe;
    this.ticker = ticker;
    ScheduledFuture<?> unused =
        executor.scheduleWithFixedDelay(
            this::round, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * What was said of a queue a second ago or less, if the brokers answer.
   *
   * @throws TasksException UNREACHABLE if they have never answered
   */
  Sample of(String queue) throws InterruptedException {
    Watched known =
        watched.computeIfPresent(
            queue, (name, was) -> new Watched(was.sample(), ticker.getAsLong()));
    return known == null ? first(queue) : known.sample();
  }

  private Sample first(String queue) throws InterruptedException {
    try {
      return executor
          .submit(
              () ->
                  watched.computeIfAbsent(
                      queue, name -> new Watched(probe.apply(name), ticker.getAsLong())))
          .get()
          .sample();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TasksException told) {
        throw new TasksException(told.code(), detail(told), told);
      }
      throw new TasksException(
          ErrorCode.INTERNAL, "the brokers could not be asked for queue " + queue, e);
    }
  }

  private static String detail(TasksException e) {
    String message = String.valueOf(e.getMessage());
    String title = e.code().title() + ": ";
    return message.startsWith(title) ? message.substring(title.length()) : message;
  }

  private void round() {
    for (Map.Entry<String, Watched> each : Map.copyOf(watched).entrySet()) {
      String queue = each.getKey();
      if (ticker.getAsLong() - each.getValue().askedAt() > FORGET.toNanos()) {
        watched.remove(queue, each.getValue());
        continue;
      }
      try {
        Sample sample = probe.apply(queue);
        watched.computeIfPresent(queue, (name, was) -> new Watched(sample, was.askedAt()));
      } catch (RuntimeException e) {
        log.debug("Queue {} could not be looked at, and is again in a second", queue, e);
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    executor.shutdownNow();
    if (!executor.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
      log.debug("The brokers are still being asked");
    }
  }
}

package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 * asks them, and then they are asked each two seconds in the background while questions come, so
 * that those cost nothing. Thread-safe.
 */
final class Sampler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sampler.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration FORGET = Duration.ofMinutes(1);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final Function<List<String>, List<Sample>> probe;
  private final LongSupplier ticker;
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("orchestrator-sampler").factory());

  private record Watched(Sample sample, long askedAt) {}

  /**
   * Starts without any.
   *
   * @param probe asks the brokers for some queues, on one thread
   * @param ticker a monotonic clock in nanoseconds
   */
  Sampler(Function<List<String>, List<Sample>> probe, LongSupplier ticker) {
    this.probe = probe;
    this.ticker = ticker;
    ScheduledFuture<?> unused =
        executor.scheduleWithFixedDelay(
            this::round, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * What was said of a queue two seconds ago or less, if the brokers answer.
   *
   * @throws TasksException UNREACHABLE if they have never answered
   */
  Sample of(String queue) throws InterruptedException {
    Watched known =
        watched.computeIfPresent(
            queue, (name, was) -> new Watched(was.sample(), ticker.getAsLong()));
    return known == null ? first(queue) : known.sample();
  }

  /**
   * As {@link #of(String)} for several; those that nobody asked for before are asked for at once.
   *
   * @return as they were asked for
   */
  List<Sample> of(List<String> queues) throws InterruptedException {
    List<String> unknown = queues.stream().filter(each -> !watched.containsKey(each)).toList();
    if (!unknown.isEmpty()) {
      first(unknown);
    }
    List<Sample> samples = new ArrayList<>();
    for (String queue : queues) {
      samples.add(of(queue));
    }
    return samples;
  }

  private Sample first(String queue) throws InterruptedException {
    return first(List.of(queue)).getFirst();
  }

  private List<Sample> first(List<String> queues) throws InterruptedException {
    try {
      return executor
          .submit(
              () -> {
                List<Sample> samples = probe.apply(queues);
                long now = ticker.getAsLong();
                for (int i = 0; i < queues.size(); i++) {
                  watched.put(queues.get(i), new Watched(samples.get(i), now));
                }
                return samples;
              })
          .get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TasksException told) {
        throw new TasksException(told.code(), detail(told), told);
      }
      throw new TasksException(
          ErrorCode.INTERNAL, "the brokers could not be asked for queues " + queues, e);
    }
  }

  private static String detail(TasksException e) {
    String message = String.valueOf(e.getMessage());
    String title = e.code().title() + ": ";
    return message.startsWith(title) ? message.substring(title.length()) : message;
  }

  private void round() {
    List<String> queues = new ArrayList<>();
    for (Map.Entry<String, Watched> each : Map.copyOf(watched).entrySet()) {
      if (ticker.getAsLong() - each.getValue().askedAt() > FORGET.toNanos()) {
        watched.remove(each.getKey(), each.getValue());
      } else {
        queues.add(each.getKey());
      }
    }
    if (!queues.isEmpty() && !look(queues) && queues.size() > 1) {
      queues.forEach(each -> look(List.of(each))); // one that is being deleted spoils it for all
    }
  }

  private boolean look(List<String> queues) {
    try {
      List<Sample> samples = probe.apply(queues);
      for (int i = 0; i < queues.size(); i++) {
        Sample sample = samples.get(i);
        watched.computeIfPresent(queues.get(i), (name, was) -> new Watched(sample, was.askedAt()));
      }
      return true;
    } catch (RuntimeException e) {
      log.debug("Queues {} could not be looked at, and are again in two seconds", queues, e);
      return false;
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

package io.clusterdb.tasks.orchestrator.alerts;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.Alert.Delivery;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.client.AlertJson;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an address of alerts, one after the other on a thread of its own, so that whatever the
 * address does, nobody else waits. What it does not take is tried again for a while. Thread-safe.
 */
final class Webhook implements AutoCloseable {
  /** As the metric's label has it. */
  enum Outcome {
    DELIVERED,
    FAILED,
    DROPPED
  }

  /**
   * How hard it tries.
   *
   * @param room alerts that may wait; more are dropped
   * @param answer how long the address may take to answer
   * @param pauses between one attempt and the next, one fewer than attempts
   */
  record Effort(int room, Duration answer, List<Duration> pauses) {
    static final Effort DEFAULT =
        new Effort(
            1_000,
            Duration.ofSeconds(10),
            List.of(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5)));
  }

  private static final Logger log = LoggerFactory.getLogger(Webhook.class);
  private static final Duration CONNECT = Duration.ofSeconds(3);

  private final Supplier<@Nullable URI> address;
  private final Effort effort;
  private final Consumer<Outcome> outcomes;
  private final BlockingQueue<Item> waiting;
  private final Queue<Alert> reports = new ConcurrentLinkedQueue<>();

  /** Grows when what waits is no longer wanted, so that retries end. */
  private final AtomicInteger epoch = new AtomicInteger();

  /** An alert to tell, unless it is forgotten first. */
  private record Item(Alert alert, int epoch) {}

  private final Thread thread;
  private @Nullable HttpClient client;

  /** Whether that was said. */
  private volatile boolean full;

  /**
   * Starts with nothing to tell.
   *
   * @param address asked before each attempt; null for none any more
   * @param outcomes is told of each alert, on any thread
   */
  Webhook(Supplier<@Nullable URI> address, Effort effort, Consumer<Outcome> outcomes) {
    this.address = address;
    this.effort = effort;
    this.outcomes = outcomes;
    this.waiting = new ArrayBlockingQueue<>(effort.room());
    this.thread = Thread.ofVirtual().name("alerts-webhook").start(this::run);
  }

  /** Takes an alert to tell; what became of it is among {@link #reports} later. */
  void tell(Alert alert) {
    boolean room = waiting.offer(new Item(alert, epoch.get()));
    if (!room) {
      if (!full) {
        log.warn(
            "The webhook is not told of alert {} and what comes after it, since {} others wait. See"
                + " whether it answers.",
            alert.key(),
            effort.room());
      }
      done(alert, Delivery.FAILED, Outcome.DROPPED);
    }
    full = !room;
  }

  /** Alerts that are done with since the last call, each with what became of it. */
  List<Alert> reports() {
    List<Alert> done = new ArrayList<>();
    for (Alert each = reports.poll(); each != null; each = reports.poll()) {
      done.add(each);
    }
    return done;
  }

  /** Tells no more of what waits, and reports nothing of it: another instance does. */
  void forget() {
    epoch.incrementAndGet();
    waiting.clear();
    reports.clear();
  }

  private void run() {
    try {
      while (true) {
        Item next = waiting.take();
        attempts(next.alert(), next.epoch());
      }
    } catch (InterruptedException e) {
      log.debug("The webhook is told no more, since this instance stops");
    }
  }

  private void attempts(Alert alert, int of) throws InterruptedException {
    for (int attempt = 0; epoch.get() == of; attempt++) {
      URI target = address.get();
      if (target == null) {
        reports.add(alert.webhook(Delivery.NONE));
        return;
      }
      Answer answer = attempt(target, alert);
      if (epoch.get() != of) {
        return;
      }
      if (answer.taken()) {
        done(alert, Delivery.DELIVERED, Outcome.DELIVERED);
        return;
      }
      if (!answer.again() || attempt >= effort.pauses().size()) {
        log.warn(
            "The webhook at {} was not told of alert {}: {}. Mend it, or monitoring.alerts.webhook;"
                + " GET /v1/alerts has the alert.",
            target.getHost(),
            alert.key(),
            answer.what());
        done(alert, Delivery.FAILED, Outcome.FAILED);
        return;
      }
      Thread.sleep(effort.pauses().get(attempt));
    }
  }

  private void done(Alert alert, Delivery delivery, Outcome outcome) {
    reports.add(alert.webhook(delivery));
    outcomes.accept(outcome);
  }

  private record Answer(boolean taken, boolean again, String what) {}

  private Answer attempt(URI target, Alert alert) throws InterruptedException {
    CompletableFuture<HttpResponse<Void>> sent;
    try {
      sent = client().sendAsync(request(target, alert), HttpResponse.BodyHandlers.discarding());
    } catch (RuntimeException e) {
      return new Answer(false, false, e.toString());
    }
    try {
      // Of the whole answer: the client's own limit ends with its head.
      int status = sent.get(effort.answer().toMillis(), TimeUnit.MILLISECONDS).statusCode();
      boolean again = status >= 500 || status == 408 || status == 429;
      return new Answer(status / 100 == 2, again, "it answered " + status);
    } catch (ExecutionException e) {
      return new Answer(false, true, String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      return new Answer(false, true, "no answer in " + Durations.format(effort.answer()));
    } finally {
      sent.cancel(true);
    }
  }

  private static HttpRequest request(URI target, Alert alert) {
    return HttpRequest.newBuilder(target)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(AlertJson.message(alert).toString()))
        .build();
  }

  /** Made when it is first needed, and used by one thread. */
  private HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT)
              .build();
    }
    return client;
  }

  /** Stops at once; what was not told is still written down as to be told. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (client != null) {
      client.shutdownNow();
    }
  }
}

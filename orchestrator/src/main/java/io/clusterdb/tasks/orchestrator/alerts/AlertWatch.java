package io.clusterdb.tasks.orchestrator.alerts;

import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.client.AlertTopic;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.alerts.engine.AlertEngine;
import io.clusterdb.tasks.orchestrator.alerts.engine.Book;
import io.clusterdb.tasks.orchestrator.alerts.engine.Change;
import io.clusterdb.tasks.orchestrator.alerts.engine.Now;
import io.clusterdb.tasks.orchestrator.query.AlertReadings;
import io.clusterdb.tasks.streams.Chores;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises alerts where this instance is the one to do it. Who begins takes the right to write alerts
 * from whoever had it, and then reads what was written: so an alert fires once and is over once,
 * whichever instance dies when. First it is written that an alert fires, then the log and the
 * webhook are told, then it is written that they were. Its turns are of one thread.
 */
public final class AlertWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AlertWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final TasksRuntime runtime;
  private final AlertReadings readings;
  private final BooleanSupplier chosen;
  private final RandomGenerator random;
  private final LongSupplier ticker;
  private final AlertTopic topic;
  private final AlertMeters meters;
  private final Webhook webhook;
  private final Chores chores = new Chores("orchestrator-alerts");

  /** What was handed to the webhook, by id and state, until it is reported. */
  private final Set<String> handed = new HashSet<>();

  private @Nullable Office office;
  private boolean idle;
  private boolean failing;

  /** The right to write alerts, with what they are. */
  private record Office(AlertTopic.Writer writer, Book book) {}

  private AlertWatch(
      TasksRuntime runtime,
      AlertReadings readings,
      BooleanSupplier chosen,
      RandomGenerator random,
      LongSupplier ticker) {
    this.runtime = runtime;
    this.readings = readings;
    this.chosen = chosen;
    this.random = random;
    this.ticker = ticker;
    this.topic = new AlertTopic(runtime);
    this.meters = new AlertMeters(runtime.meters());
    this.webhook = new Webhook(this::address, Webhook.Effort.DEFAULT, meters::count);
  }

  /**
   * Starts.
   *
   * @param chosen whether this instance is the one of all that raises alerts
   * @param random makes ids
   * @param ticker a monotonic clock in nanoseconds
   */
  public static AlertWatch start(
      TasksRuntime runtime,
      AlertReadings readings,
      BooleanSupplier chosen,
      RandomGenerator random,
      LongSupplier ticker) {
    AlertWatch watch = new AlertWatch(runtime, readings, chosen, random, ticker);
    watch.chores.every(EVERY, "alerts", watch::attempt);
    return watch;
  }

  private void attempt() {
    try {
      if (chosen.getAsBoolean()) {
        turn();
      } else {
        leave();
      }
      failing = false;
    } catch (RuntimeException e) {
      // What was begun is read back: whether it was written is not known.
      leave();
      boolean stopping = e instanceof TasksException told && told.code() == ErrorCode.CANCELLED;
      if (!failing && !stopping) {
        log.warn("Alerts rest until this is over, and go on by themselves: {}", e.toString());
      }
      failing = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn() throws InterruptedException {
    AlertConfig config = config(runtime.catalog().current());
    Office held = office == null ? enter(config != null) : office;
    if (held != null) {
      office = turn(held, config == null ? AlertConfig.none() : config);
    }
  }

  private static @Nullable AlertConfig config(CatalogSnapshot catalog) {
    MetricsConfig monitoring = catalog.monitoring();
    return monitoring == null ? null : monitoring.alerts();
  }

  private @Nullable URI address() {
    AlertConfig config = config(runtime.catalog().current());
    return config == null ? null : config.webhook();
  }

  /** Takes the office where alerts are wanted, or where some are left that nobody ends. */
  private @Nullable Office enter(boolean wanted) {
    if (!wanted && (idle || topic.read().values().stream().noneMatch(AlertWatch::isOpen))) {
      idle = true;
      return null;
    }
    idle = false;
    AlertTopic.Writer writer = topic.takeOver();
    try {
      Office taken = new Office(writer, Book.of(topic.read().values()));
      long firing = taken.book().alerts().stream().filter(AlertWatch::isFiring).count();
      log.info("This instance raises alerts from now on; {} fire", firing);
      return taken;
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private static boolean isFiring(Alert alert) {
    return alert.state() == Alert.State.FIRING;
  }

  private static boolean isOpen(Alert alert) {
    return isFiring(alert) || alert.webhook() == Alert.Delivery.PENDING;
  }

  private Office turn(Office held, AlertConfig config) throws InterruptedException {
    List<Change> changes = new ArrayList<>(reported(held.book()));
    Book told = held.book().with(changes);
    changes.addAll(
        AlertEngine.decide(
            told,
            config,
            runtime.catalog().current().queues().keySet(),
            readings.of(config),
            new Now(runtime.clock().instant().truncatedTo(ChronoUnit.MILLIS), ticker.getAsLong()),
            random));
    write(held.writer(), changes);
    Office next = new Office(held.writer(), held.book().with(changes));
    changes.forEach(AlertWatch::say);
    next.book().alerts().forEach(this::hand);
    meters.show(next.book().alerts().stream().filter(AlertWatch::isFiring).toList());
    return next;
  }

  /** What the webhook took of alerts that are still in the state that it was told of. */
  private List<Change> reported(Book book) {
    List<Change> changes = new ArrayList<>();
    for (Alert alert : webhook.reports()) {
      handed.remove(mark(alert));
      boolean same = book.alerts().stream().anyMatch(each -> mark(each).equals(mark(alert)));
      if (same) {
        changes.add(new Change.Told(alert));
      }
    }
    return changes;
  }

  private static String mark(Alert alert) {
    return alert.id() + "/" + alert.state();
  }

  private static void write(AlertTopic.Writer writer, List<Change> changes) {
    Map<String, Alert> alerts = new LinkedHashMap<>();
    Set<String> gone = new HashSet<>();
    for (Change change : changes) {
      switch (change) {
        case Change.Fired fired -> alerts.put(change.key(), fired.alert());
        case Change.Resolved resolved -> alerts.put(change.key(), resolved.alert());
        case Change.Told told -> alerts.put(change.key(), told.alert());
        case Change.Forgotten forgotten -> gone.add(change.key());
        case Change.Began began -> {}
        case Change.Ended ended -> {}
        case Change.Calmed calmed -> {}
        case Change.Roused roused -> {}
      }
    }
    gone.forEach(alerts::remove);
    if (!alerts.isEmpty() || !gone.isEmpty()) {
      writer.write(alerts.values(), gone);
    }
  }

  private static void say(Change change) {
    switch (change) {
      case Change.Fired(Alert alert) ->
          log.warn(
              "ALERT {} ({}): {}. {}",
              alert.key(),
              alert.severity(),
              alert.summary(),
              alert.next());
      case Change.Resolved(Alert alert) -> {
        Instant until = alert.resolvedAt() == null ? alert.firedAt() : alert.resolvedAt();
        Duration time = Duration.ofSeconds(Duration.between(alert.firedAt(), until).toSeconds());
        log.info(
            "Alert {} is over after {}. It was: {}",
            alert.key(),
            Durations.format(time),
            alert.summary());
      }
      default -> {}
    }
  }

  private void hand(Alert alert) {
    if (alert.webhook() == Alert.Delivery.PENDING && handed.add(mark(alert))) {
      webhook.tell(alert);
    }
  }

  private void leave() {
    Office held = office;
    office = null;
    idle = false;
    if (held != null) {
      held.writer().close();
      webhook.forget();
      handed.clear();
      meters.show(List.of());
    }
  }

  @Override
  public void close() {
    chores.close();
    leave();
    webhook.close();
    meters.close();
  }
}

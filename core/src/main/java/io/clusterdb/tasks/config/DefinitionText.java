package io.clusterdb.tasks.config;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.AlertLimits;
import io.clusterdb.tasks.Backoff;
import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.codec.Json;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Definitions as flat maps of the file's keys to the file's text, to tell what differs. */
final class DefinitionText {
  private static final String NONE = "none";

  private final Map<String, String> fields = new LinkedHashMap<>();

  private DefinitionText() {}

  static Map<String, String> of(Queue queue) {
    DefinitionText text = new DefinitionText();
    text.queue(queue);
    return text.fields;
  }

  static Map<String, String> of(TaskDefinition type) {
    DefinitionText text = new DefinitionText();
    text.put("queue", type.queue());
    text.put("timeout", type.timeout());
    if (type.retry() != null) {
      text.retry(type.retry());
    }
    text.put("payload_schema", type.payloadSchema() == null ? null : schema(type.payloadSchema()));
    return text.fields;
  }

  static Map<String, String> of(ScheduledTask schedule) {
    DefinitionText text = new DefinitionText();
    text.schedule(schedule);
    return text.fields;
  }

  static Map<String, String> of(MetricsConfig monitoring) {
    DefinitionText text = new DefinitionText();
    text.put("metrics", monitoring.metrics());
    AlertConfig alerts = monitoring.alerts();
    if (alerts != null) {
      text.alerts(alerts);
    }
    return text.fields;
  }

  private void alerts(AlertConfig alerts) {
    limits("alerts.", alerts.limits());
    put("alerts.after", alerts.after());
    put("alerts.resolve_after", alerts.resolveAfter());
    put("alerts.webhook", alerts.webhook() == null ? null : webhook(alerts.webhook()));
    new TreeMap<>(alerts.queues())
        .forEach((queue, own) -> limits("alerts.per_queue." + queue + ".", own));
  }

  private void limits(String prefix, AlertLimits limits) {
    put(prefix + "queue_threshold", limits.queueThreshold());
    Double errors = limits.errorThreshold();
    put(prefix + "error_threshold", errors == null ? null : number(errors));
    put(prefix + "age_threshold", limits.ageThreshold());
    put(prefix + "no_workers", limits.noWorkers());
  }

  /** Its host and a mark of the whole, of which the path is often a secret. */
  private static String webhook(URI address) {
    return address.getScheme() + "://" + address.getHost() + "/...@" + mark(address.toString());
  }

  private static String mark(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 8);
  }

  private void schedule(ScheduledTask schedule) {
    switch (schedule.schedule()) {
      case Schedule.Cron cron -> put("schedule", cron.expression());
      case Schedule.Every every -> {
        put("schedule.interval", every.interval());
        put("schedule.jitter", every.jitter().isZero() ? null : every.jitter());
      }
      case Schedule.At at -> put("schedule.at", at.time());
      case Schedule.After after -> put("schedule.after", after.delay());
    }
    switch (schedule.target()) {
      case ScheduleTarget.RunTask(Task task) -> {
        put("task.type", task.type());
        put("task.queue", task.queue());
        put("task.payload", payload(task.payload()));
        put("task.key", task.key());
        put("task.priority", task.priority() == Priority.NORMAL ? null : lower(task.priority()));
        put("task.metadata", task.metadata().isEmpty() ? null : new TreeMap<>(task.metadata()));
      }
      case ScheduleTarget.StartWorkflow run -> {
        put("workflow.name", run.workflow());
        put("workflow.version", run.version());
        put("workflow.input", payload(run.input()));
        put("workflow.context", run.context().isEmpty() ? null : new TreeMap<>(run.context()));
      }
    }
    put("time_zone", schedule.effectiveZone());
    put("start", schedule.start());
    put("end", schedule.end());
    put("timeout", schedule.timeout());
    put(
        "exclusive",
        schedule.exclusivity() == Exclusive.OFF ? "false" : lower(schedule.exclusivity()));
    put("outcome_within", schedule.outcomeWithin());
    put("misfire", lower(schedule.misfire()));
    put("skipped_hour", lower(schedule.skippedHour()));
    put("repeated_hour", lower(schedule.repeatedHour()));
    put("metrics", schedule.metrics());
    if (schedule.retry() != null) {
      retry(schedule.retry());
    }
  }

  /** JSON without its spaces; a mark of anything else. */
  private static @Nullable String payload(@Nullable Object payload) {
    return switch (payload) {
      case null -> null;
      case Payload given when given.bytes() == null -> null;
      case Payload given when given.contentType().equals(Payload.JSON) ->
          Json.exact(given.text()).toString();
      case Payload given ->
          given.contentType()
              + "@"
              + UUID.nameUUIDFromBytes(given.text().getBytes(StandardCharsets.UTF_8));
      default -> Json.exact(payload.toString()).toString();
    };
  }

  /** What differs: wanted fields by the file's order of keys, then those that go. */
  static List<FieldChange> changes(Map<String, String> before, Map<String, String> after) {
    Set<String> keys = new LinkedHashSet<>(after.keySet());
    keys.addAll(before.keySet());
    List<FieldChange> changes = new ArrayList<>();
    for (String key : keys) {
      String old = before.getOrDefault(key, NONE);
      String wanted = after.getOrDefault(key, NONE);
      if (!old.equals(wanted)) {
        changes.add(new FieldChange(key, old, wanted));
      }
    }
    return changes;
  }

  private void queue(Queue queue) {
    put("concurrency", queue.concurrency());
    put("partitions", queue.partitions());
    put("ordering", lower(queue.ordering()));
    put("on_retry", lower(queue.onRetry()));
    put("priorities", queue.priorities().stream().sorted().map(Priority::lane).toList());
    put("default_type", queue.defaultType());
    put("timeout", queue.timeout());
    put("tracking", lower(queue.tracking()));
    put("max_depth", queue.maxDepth());
    put("retention", queue.retention());
    if (queue.rateLimit() != null) {
      put("rate_limit.requests_per_second", number(queue.rateLimit().perSecond()));
      put("rate_limit.burst_size", queue.rateLimit().burst());
    }
    retry(queue.retry());
    if (queue.deadLetter() != null) {
      put("dead_letter.queue", queue.deadLetter().queue());
      put("dead_letter.after_attempts", queue.deadLetter().afterAttempts());
    }
    for (int i = 0; i < queue.middleware().size(); i++) {
      put("middleware[" + i + "]", middleware(queue.middleware().get(i)));
    }
  }

  private void retry(RetryPolicy retry) {
    put("retry_policy.max_attempts", retry.maxAttempts());
    String backoff = "retry_policy.backoff.";
    switch (retry.backoff()) {
      case Backoff.Exponential e -> {
        put(backoff + "type", "exponential");
        put(backoff + "initial", e.initial());
        put(backoff + "max", e.max());
        put(backoff + "multiplier", number(e.multiplier()));
      }
      case Backoff.Linear l -> {
        put(backoff + "type", "linear");
        put(backoff + "initial", l.initial());
        put(backoff + "step", l.step());
        put(backoff + "max", l.max());
      }
      case Backoff.Fixed f -> {
        put(backoff + "type", "fixed");
        put(backoff + "initial", f.delay());
      }
    }
    put(backoff + "jitter", number(retry.jitter()));
    put("retry_policy.on_errors", retry.onErrors());
    put("retry_policy.never_on", retry.neverOn());
  }

  private static String middleware(DeclaredMiddleware middleware) {
    return switch (middleware) {
      case DeclaredMiddleware.Logging l ->
          "logging(level: %s, include_payload: %s%s)"
              .formatted(
                  lower(l.level()),
                  l.includesPayload(),
                  l.redacted().isEmpty() ? "" : ", redact: " + l.redacted());
      case DeclaredMiddleware.Metrics m ->
          "metrics(prefix: %s, labels: %s)".formatted(m.prefix(), new TreeMap<>(m.labels()));
      case DeclaredMiddleware.Timeout t -> "timeout(" + Durations.format(t.limit()) + ")";
      case DeclaredMiddleware.LocalRateLimit r ->
          "rate_limit(requests_per_second: %s, burst_size: %d)"
              .formatted(number(r.perSecond()), r.burst());
    };
  }

  /** The schema's name and a mark of its whole text, which would be too long a line. */
  private static String schema(String text) {
    String name;
    try {
      Schema schema = new Schema.Parser().parse(text);
      name = schema.getFullName();
    } catch (AvroRuntimeException e) {
      name = "schema";
    }
    return name + "@" + mark(text);
  }

  private void put(String key, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case Duration duration -> fields.put(key, Durations.format(duration));
      case List<?> list -> {
        if (!list.isEmpty()) {
          fields.put(key, list.toString());
        }
      }
      default -> fields.put(key, value.toString());
    }
  }

  /** 100, not 100.0 or 1.0E2. */
  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}

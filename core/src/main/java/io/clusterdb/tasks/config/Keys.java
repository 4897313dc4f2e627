package io.clusterdb.tasks.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Every key that the file may hold, by the mapping that it stands in. */
enum Keys {
  ROOT(
      "",
      "kafka",
      "prefix",
      "replication",
      "shared_partitions",
      "schema_registry",
      "http",
      "tasks",
      "scheduler",
      "workflows",
      "monitoring",
      "telemetry",
      "encryption"),
  KAFKA("kafka", "bootstrap", "properties", "properties_file"),
  REGISTRY("schema_registry", "url", "properties"),
  HTTP(
      "http",
      "listen",
      "url",
      "token",
      "token_file",
      "read_token",
      "read_token_file",
      "tokens",
      "tls"),
  HTTP_TOKEN("http.tokens[]", "name", "role", "token", "token_file"),
  HTTP_TLS("http.tls", "keystore", "keystore_password", "keystore_password_file"),
  TASKS("tasks", "queues", "types"),
  QUEUE(
      "tasks.queues.<name>",
      "concurrency",
      "partitions",
      "ordering",
      "on_retry",
      "priorities",
      "default_type",
      "timeout",
      "tracking",
      "max_depth",
      "retention",
      "rate_limit",
      "retry_policy",
      "dead_letter",
      "middleware"),
  TYPE("tasks.types.<type>", "queue", "timeout", "retry_policy", "payload_schema"),
  RETRY_POLICY("retry_policy", "max_attempts", "backoff", "on_errors", "never_on"),
  BACKOFF("backoff", "type", "initial", "max", "multiplier", "step", "jitter"),
  RATE_LIMIT("rate_limit", "requests_per_second", "burst_size"),
  DEAD_LETTER("dead_letter", "queue", "after_attempts"),
  MIDDLEWARE("middleware", "logging", "metrics", "timeout", "rate_limit"),
  LOGGING("middleware.logging", "level", "include_payload", "redact"),
  METRICS("middleware.metrics", "prefix", "labels"),
  SCHEDULER("scheduler", "time_zone", "metrics", "tasks"),
  SCHEDULED(
      "scheduler.tasks[]",
      "name",
      "schedule",
      "task",
      "workflow",
      "time_zone",
      "start",
      "end",
      "timeout",
      "exclusive",
      "outcome_within",
      "misfire",
      "skipped_hour",
      "repeated_hour",
      "retry_policy"),
  SCHEDULE("schedule", "interval", "jitter", "at"),
  SCHEDULED_WORKFLOW("scheduler.tasks[].workflow", "name", "version", "input", "context"),
  TASK("task", "type", "queue", "payload", "key", "priority", "metadata"),
  WORKFLOW("workflows.<name>", "version", "timeout", "retry", "error_handling", "tasks", "outputs"),
  WORKFLOW_TASK(
      "workflows.<name>.tasks[]",
      "name",
      "task",
      "depends_on",
      "retry",
      "error_handling",
      "compensate_with",
      "when",
      "for_each",
      "sleep",
      "wait_for",
      "workflow",
      "timeout",
      "on_failure"),
  FOR_EACH("for_each", "items", "concurrency"),
  SUB_WORKFLOW("workflow", "name", "version", "input"),
  ERROR_HANDLING("error_handling", "type", "actions", "on_errors", "max_attempts"),
  COMPENSATION("error_handling.actions[]", "task", "action"),
  MONITORING("monitoring", "metrics", "alerts"),
  ALERTS(
      "monitoring.alerts",
      "queue_threshold",
      "error_threshold",
      "age_threshold",
      "no_workers",
      "after",
      "resolve_after",
      "webhook",
      "per_queue"),
  ALERTS_OF_QUEUE(
      "monitoring.alerts.per_queue.<name>",
      "queue_threshold",
      "error_threshold",
      "age_threshold",
      "no_workers"),
  TELEMETRY("telemetry", "service_name", "sampling_rate", "exporters", "endpoint", "headers"),
  ENCRYPTION("encryption", "keys"),
  ENCRYPTION_KEY("encryption.keys[]", "id", "file");

  private final String where;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> names;

  Keys(String where, String... names) {
    this.where = where;
    this.names = List.of(names);
  }

  /** Path of the mapping; of its last part where it may stand in several places. */
  String where() {
    return where;
  }

  List<String> names() {
    return names;
  }

  /** Whether a key may stand here; at the top {@code x-…} is free, for anchors to share. */
  boolean allows(String key) {
    return names.contains(key) || (this == ROOT && key.startsWith("x-"));
  }

  /** What to say beside a key that does not belong here: a near one, or where it does belong. */
  String hint(String found) {
    String near = Suggestions.hint(found, names);
    return near.isEmpty() ? elsewhere(found).orElse(" (keys here: " + list() + ")") : near;
  }

  private String list() {
    return String.join(", ", names);
  }

  private static Optional<String> elsewhere(String found) {
    return Arrays.stream(values())
        .filter(keys -> keys != ROOT && keys.names.contains(found))
        .map(keys -> "; it belongs under " + keys.where)
        .reduce((a, b) -> a + " or" + b.substring("; it belongs under".length()))
        .filter(text -> text.length() < 100);
  }
}

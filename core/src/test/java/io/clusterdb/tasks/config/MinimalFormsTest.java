package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.Backoff;
import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.DeclaredMiddleware;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.Workflow;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class MinimalFormsTest {
  @Test
  void anEmptyMappingIsAllDefaults() {
    assertThat(Yaml.parse("{}")).isEqualTo(TasksConfig.of("localhost:9092"));
  }

  @Test
  void theEnvironmentNamesTheBrokersWhereTheFileDoesNot() {
    Map<String, String> environment = Map.of("TASKS_BOOTSTRAP", "kafka:9092");

    assertThat(ConfigFile.parse("f", "{}", environment).bootstrap()).isEqualTo("kafka:9092");
    assertThat(ConfigFile.parse("f", "kafka: { bootstrap: a:1 }", environment).bootstrap())
        .isEqualTo("a:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tasks:\n  queues:\n    emails:",
        "tasks: { queues: { emails: {} } }",
        "tasks: { queues: { emails: ~ } }",
        "tasks: { queues: { emails: { timeout: , rate_limit: null } } }",
      })
  void aQueueNeedsNothingButItsName(String text) {
    TasksConfig config = Yaml.parse(text);

    assertThat(config.queues()).containsExactly(Queue.named("emails").build());
    assertThat(config.openPartitions()).containsExactly("emails");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka:",
        "tasks:",
        "tasks: { queues: , types: }",
        "scheduler: { tasks: [ { name: clean-up, schedule: \"@daily\" } ] }",
        "scheduler: { tasks: [ { name: c, schedule: { interval: 1h } } ] }",
        "scheduler: { tasks: [ { name: c, schedule: { at: 2026-12-01T00:00:00+01:00 } } ] }",
        "workflows: { w: { tasks: [ { name: one } ] } }",
        "workflows: { w: { error_handling: { type: compensating_actions }, tasks: [ { name: one,"
            + " compensate_with: { type: Undo } } ] } }",
        "workflows: { w: { outputs: { a: \"{{tasks.a.output}}\" }, tasks: [ { name: a, when:"
            + " \"input.x\", for_each: [1, 2], timeout: 1m, on_failure: continue }, { name: b,"
            + " sleep: 5m }, { name: c, wait_for: paid }, { name: d, workflow: other } ] } }",
        "workflows: { w: { retry: { max_attempts: 2 }, error_handling: { type: continue }, tasks: ["
            + " { name: a, for_each: { items: \"{{input.files}}\", concurrency: 3 }, workflow: {"
            + " name: other, version: 1.10, input: { f: \"{{item}}\" } } } ] } }",
        "monitoring: { alerts: {} }",
        "telemetry: {}",
        "%YAML 1.2\n---\nprefix: a\n...\n",
      })
  void eachPartIsOptional(String text) {
    assertThat(Yaml.parse(text)).isNotNull();
  }

  @Test
  void aRetryPolicyMayNameItsAttemptsOnly() {
    assertThat(Yaml.queue("retry_policy: { max_attempts: 5 }").retry())
        .isEqualTo(RetryPolicy.DEFAULT.maxAttempts(5));
  }

  @Test
  void eachBackoffHasDefaults() {
    assertThat(backoff("type: exponential"))
        .isEqualTo(new Backoff.Exponential(Duration.ofSeconds(1), Duration.ofSeconds(60), 2));
    assertThat(backoff("type: linear"))
        .isEqualTo(new Backoff.Linear(Duration.ofSeconds(1), Duration.ofSeconds(1), null));
    assertThat(backoff("type: linear, initial: 5s, step: 2s, max: 1m"))
        .isEqualTo(
            new Backoff.Linear(
                Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofMinutes(1)));
    assertThat(backoff("type: fixed")).isEqualTo(new Backoff.Fixed(Duration.ofSeconds(1)));
    assertThat(backoff("type: fixed, initial: 500ms"))
        .isEqualTo(new Backoff.Fixed(Duration.ofMillis(500)));
    assertThat(backoff("multiplier: 3"))
        .isEqualTo(new Backoff.Exponential(Duration.ofSeconds(1), Duration.ofSeconds(60), 3));
  }

  private static Backoff backoff(String keys) {
    return Yaml.queue("retry_policy: { backoff: { " + keys + " } }").retry().backoff();
  }

  @Test
  void errorTypesOfARetryPolicyAreLists() {
    RetryPolicy policy = Yaml.queue("retry_policy: { on_errors: [A, B], never_on: [C] }").retry();

    assertThat(policy.onErrors()).containsExactly("A", "B");
    assertThat(policy.neverOn()).containsExactly("C");
  }

  @Test
  void aDeadLetterLimitNeedsNoOtherQueue() {
    assertThat(Yaml.queue("dead_letter: { after_attempts: 2 }").deadLetter())
        .isEqualTo(DeadLetter.own().afterAttempts(2));
    assertThat(Yaml.queue("dead_letter: { queue: failed }").deadLetter())
        .isEqualTo(DeadLetter.to("failed"));
  }

  @Test
  void aRateLimitHasABurstOfOneSecond() {
    assertThat(Yaml.queue("rate_limit: { requests_per_second: 2.5 }").rateLimit())
        .isEqualTo(new RateLimit(2.5, 3));
  }

  @Test
  void middlewareMayBeABareName() {
    assertThat(
            Yaml.queue("middleware: [ logging, metrics, { logging: }, { timeout: 5m } ]")
                .middleware())
        .containsExactly(
            Middleware.logging(Level.INFO),
            Middleware.metrics("jobs", Map.of()),
            Middleware.logging(Level.INFO),
            Middleware.timeout(Duration.ofMinutes(5)));
    assertThat(
            Yaml.queue("middleware: [ { rate_limit: { requests_per_second: 5, burst_size: 1 } } ]")
                .middleware())
        .containsExactly(new DeclaredMiddleware.LocalRateLimit(5, 1));
  }

  @Test
  void wordsMayBeInAnyCase() {
    assertThat(Yaml.queue("ordering: KEY").ordering()).isEqualTo(Ordering.KEY);
  }

  @Test
  void versionsKeepTheirText() {
    TasksConfig config = Yaml.parse("workflows: { a: { version: 1.10, tasks: [ { name: t } ] } }");

    assertThat(config.workflows()).extracting(Workflow::version).containsExactly("1.10");
  }

  @Test
  void payloadsAreTypedAsJsonIs() {
    TasksConfig config =
        Yaml.parse(
            "scheduler: { tasks: [ { name: t, schedule: \"@daily\", task: { payload: [ 1, 1.10,"
                + " 007, true, yes, ~, \"1\", 12345678901234567890, 1e3, 1e999 ] } } ] }");

    assertThat(config.scheduler().tasks().getFirst().target())
        .extracting(target -> ((ScheduleTarget.RunTask) target).task().payload())
        .asString()
        .isEqualTo(
            "[1,1.10,\"007\",true,\"yes\",null,\"1\",12345678901234567890,1000.0,\"1e999\"]");
  }

  @Test
  void schemasMayStandInTheFile() {
    String flow = "payload_schema: { type: array, items: string }";
    String text = "payload_schema: '{\"type\": \"array\", \"items\": \"string\"}'";

    for (String schema : new String[] {flow, text}) {
      assertThat(Yaml.parse("tasks: { types: { T: { " + schema + " } } }").types().getFirst())
          .extracting("payloadSchema")
          .isEqualTo("{\"type\":\"array\",\"items\":\"string\"}");
    }
  }

  @Test
  void anchorsAndMergeKeysShareSettings() {
    TasksConfig config =
        Yaml.parse(
            """
            tasks:
              queues:
                a: &base { concurrency: 3, timeout: 1m }
                b: { <<: *base, concurrency: 4 }
                c: *base
            """);

    assertThat(config.queues())
        .containsExactly(
            Queue.named("a").concurrency(3).timeout(Duration.ofMinutes(1)).build(),
            Queue.named("b").concurrency(4).timeout(Duration.ofMinutes(1)).build(),
            Queue.named("c").concurrency(3).timeout(Duration.ofMinutes(1)).build());
  }
}

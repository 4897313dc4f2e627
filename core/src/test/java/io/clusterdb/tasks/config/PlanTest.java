package io.clusterdb.tasks.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.AlertLimits;
import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Scheduler;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.Endpoints;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {
  /** Two days before clocks go forward in Berlin. */
  private static final Instant NOW = Instant.parse("2026-03-27T12:00:00Z");

  private static final TasksConfig CONTRACT = ConfigFile.load(Yaml.contract(), Map.of());

  private static final ScheduledTask CLEANUP = CONTRACT.scheduler().resolved().getFirst();

  @Test
  void createsWhatIsNotThere() {
    Plan plan = Apply.plan(CatalogSnapshot.EMPTY, CONTRACT, NOW);

    assertThat(plan.steps())
        .containsExactly(
            new Step.CreateQueue(CONTRACT.queues().getFirst()),
            new Step.CreateType(CONTRACT.types().getFirst()),
            new Step.CreateSchedule(
                CLEANUP,
                List.of(
                    Instant.parse("2026-03-27T23:00:00Z"),
                    Instant.parse("2026-03-28T23:00:00Z"),
                    Instant.parse("2026-03-29T22:00:00Z"))),
            new Step.CreateWorkflow(CONTRACT.workflows().getFirst()),
            new Step.SetMonitoring(requireNonNull(CONTRACT.monitoring()), List.of()));
    assertThat(plan.lines())
        .containsExactly(
            "+ queue default (8 partitions)",
            "+ type ProcessOrder",
            "+ schedule cleanup-expired (next Europe/Berlin: 2026-03-28T00:00+01:00,"
                + " 2026-03-29T00:00+01:00, 2026-03-30T00:00+02:00)",
            "+ workflow order-processing/1.0 (3 tasks)",
            "+ monitoring",
            "5 to create, 0 to update, 0 unchanged");
  }

  @Test
  void findsNothingToDoAfterItWasApplied() {
    CatalogSnapshot applied =
        new CatalogSnapshot(
                1,
                Map.of("default", CONTRACT.queues().getFirst()),
                Map.of("ProcessOrder", CONTRACT.types().getFirst()),
                Map.of("order-processing/1.0", CONTRACT.workflows().getFirst()),
                Set.of("default"),
                Map.of(CLEANUP.name(), asTheCatalogHasIt(CLEANUP)),
                Set.of(CLEANUP.name()),
                Endpoints.NONE,
                Map.of())
            .monitoring(CONTRACT.monitoring());

    Plan plan = Apply.plan(applied, CONTRACT, NOW);

    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.lines()).startsWith("= queue default", "= type ProcessOrder");
  }

  @Test
  void showsWhatChangesOfAlertsWithoutTheWebhooksSecrets() {
    CatalogSnapshot applied = CatalogSnapshot.EMPTY.monitoring(CONTRACT.monitoring());
    TasksConfig changed =
        TasksConfig.of("host:1")
            .monitoring(
                MetricsConfig.with("queue_depth")
                    .alerts(
                        AlertConfig.queueThreshold(5_000)
                            .noWorkers(true)
                            .webhook("https://chat.example.com/hooks/s3cret")
                            .queue("bulk", AlertLimits.NONE.queueThreshold(1_000_000))));

    List<String> lines = Apply.plan(applied, changed, NOW).lines();

    assertThat(lines)
        .contains(
            "~ monitoring: metrics [job_duration, queue_depth, error_rate] -> [queue_depth]",
            "~ monitoring: alerts.queue_threshold 1000 -> 5000",
            "~ monitoring: alerts.error_threshold 0.01 -> none",
            "~ monitoring: alerts.no_workers none -> true",
            "~ monitoring: alerts.per_queue.bulk.queue_threshold none -> 1000000",
            "note: monitoring.alerts.per_queue names queue bulk, which is neither in the file nor"
                + " in the catalog",
            "0 to create, 1 to update, 0 unchanged")
        .anyMatch(
            line ->
                line.startsWith(
                    "~ monitoring: alerts.webhook none -> https://chat.example.com/...@"))
        .noneMatch(line -> line.contains("s3cret"));
    assertThat(String.valueOf(changed.monitoring())).doesNotContain("s3cret");
  }

  /** A payload is bytes there. */
  private static ScheduledTask asTheCatalogHasIt(ScheduledTask schedule) {
    Task task = ((ScheduleTarget.RunTask) schedule.target()).task();
    byte[] json = "{ \"older_than\": \"30d\" }".getBytes(StandardCharsets.UTF_8);
    return schedule.task(task.payload(new Payload(json, Payload.JSON)));
  }

  @Test
  void showsWhatChangesOfAScheduleAndItsNextTimes() {
    CatalogSnapshot applied =
        new CatalogSnapshot(
            1,
            Map.of(),
            Map.of(),
            Map.of(),
            Set.of(),
            Map.of(CLEANUP.name(), CLEANUP),
            Set.of(),
            Endpoints.NONE,
            Map.of());
    TasksConfig changed =
        TasksConfig.of("host:1")
            .scheduler(
                Scheduler.inZone("UTC")
                    .task(
                        CLEANUP
                            .schedule(Schedule.cron("0 6 * * *"))
                            .end(Instant.parse("2026-03-28T12:00:00Z"))
                            .exclusive(Exclusive.QUEUE)));

    assertThat(Apply.plan(applied, changed, NOW).lines())
        .containsExactly(
            "~ schedule cleanup-expired: schedule 0 0 * * * -> 0 6 * * *",
            "~ schedule cleanup-expired: end none -> 2026-03-28T12:00:00Z",
            "~ schedule cleanup-expired: exclusive skip -> queue",
            "~ schedule cleanup-expired (next Europe/Berlin: 2026-03-28T06:00+01:00)",
            "note: schedule cleanup-expired goes to queue default, which is neither in the file nor"
                + " in the catalog",
            "0 to create, 1 to update, 0 unchanged");
  }

  @Test
  void refusesOtherContentUnderTheSameVersion() {
    Workflow before = CONTRACT.workflows().getFirst();
    CatalogSnapshot catalog =
        new CatalogSnapshot(
            1,
            Map.of(),
            Map.of(),
            Map.of("order-processing/1.0", before),
            Set.of(),
            Map.of(),
            Set.of(),
            Endpoints.NONE,
            Map.of());
    TasksConfig changed = CONTRACT.workflows(List.of(before.timeout(Duration.ofMinutes(1))));

    assertThat(Apply.plan(catalog, changed, NOW).refused())
        .extracting(Step.Refused::reason)
        .containsExactly(
            "expected the content that this version has in the catalog, found another; a version"
                + " never changes, so raise the version");
    assertThat(
            Apply.plan(catalog, CONTRACT.workflows(List.of(before.version("1.1"))), NOW).refused())
        .isEmpty();
  }

  @Test
  void showsEachFieldThatChangesOnALineOfItsOwn() {
    Queue before =
        Queue.named("q")
            .timeout(Duration.ofMinutes(5))
            .deadLetter(DeadLetter.to("failed").afterAttempts(2))
            .build();

    assertThat(
            lines(
                catalog(before),
                """
                q:
                  concurrency: 20
                  priorities: [ high ]
                  rate_limit: { requests_per_second: 2.5 }
                  retry_policy: { max_attempts: 5, backoff: { type: linear, jitter: 0.1 }, never_on: [ A ] }
                  dead_letter: { queue: failed }
                  middleware: [ logging, { metrics: { labels: { b: 2, a: 1 } } } ]
                """))
        .containsExactly(
            "~ queue q: concurrency 10 -> 20",
            "~ queue q: priorities [normal] -> [high, normal]",
            "~ queue q: rate_limit.requests_per_second none -> 2.5",
            "~ queue q: rate_limit.burst_size none -> 3",
            "~ queue q: retry_policy.max_attempts 3 -> 5",
            "~ queue q: retry_policy.backoff.type exponential -> linear",
            "~ queue q: retry_policy.backoff.step none -> 1s",
            "~ queue q: retry_policy.backoff.jitter 0 -> 0.1",
            "~ queue q: retry_policy.never_on none -> [A]",
            "~ queue q: middleware[0] none -> logging(level: info, include_payload: false)",
            "~ queue q: middleware[1] none -> metrics(prefix: jobs, labels: {a=1, b=2})",
            "~ queue q: timeout 5m -> none",
            "~ queue q: retry_policy.backoff.max 1m -> none",
            "~ queue q: retry_policy.backoff.multiplier 2 -> none",
            "~ queue q: dead_letter.after_attempts 2 -> none",
            "0 to create, 1 to update, 0 unchanged");
  }

  @Test
  void leavesAloneWhatTheFileDoesNotName() {
    assertThat(lines(catalog(Queue.named("other").concurrency(3).build()), "q:\n"))
        .containsExactly("+ queue q (8 partitions)", "1 to create, 0 to update, 0 unchanged");
  }

  @Test
  void keepsPartitionsThatTheFileDoesNotMention() {
    Queue before = Queue.named("q").partitions(32).build();

    Plan plan =
        Apply.plan(catalog(before), Yaml.parse("tasks: { queues: { q: { timeout: 1m } } }"), NOW);

    assertThat(plan.steps())
        .containsExactly(
            new Step.UpdateQueue(
                before.toBuilder().timeout(Duration.ofMinutes(1)).build(),
                List.of(new FieldChange("timeout", "none", "1m"))));
  }

  @Test
  void refusesToChangePartitions() {
    CatalogSnapshot catalog = catalog(Queue.named("q").partitions(8).build());

    assertThat(lines(catalog, "q: { partitions: 16 }\n"))
        .containsExactly(
            "! queue q: expected partitions 8, found 16; apply does not change the partitions of a"
                + " queue, write partitions: 8 or leave the key out",
            "0 to create, 0 to update, 0 unchanged, 1 refused");
  }

  @Test
  void refusesAQueueThatWouldShareATopicWithDeadLetters() {
    CatalogSnapshot catalog =
        catalog(
            Queue.named("a").deadLetter(DeadLetter.to("failed")).build(), Queue.named("b").build());

    assertThat(Apply.plan(catalog, Yaml.parse("tasks: { queues: { failed: } }"), NOW).refused())
        .extracting(Step.Refused::reason)
        .containsExactly(
            "expected a name of its own, found that of queue a's dead letters; choose another");
    assertThat(
            Apply.plan(
                    catalog,
                    Yaml.parse("tasks: { queues: { c: { dead_letter: { queue: b } } } }"),
                    NOW)
                .refused())
        .extracting(Step.Refused::reason)
        .containsExactly(
            "expected a dead_letter.queue that no queue has as its name, found b; choose another");
  }

  @Test
  void comparesTypesWithTheirSchemas() {
    TaskDefinition before =
        TaskDefinition.of("T").payloadSchema("\"string\"").timeout(Duration.ofMinutes(1));
    CatalogSnapshot catalog = new CatalogSnapshot(1, Map.of(), Map.of("T", before), Set.of());

    Plan plan =
        Apply.plan(
            catalog,
            Yaml.parse(
                "tasks: { types: { T: { timeout: 1m, queue: ordres, payload_schema: { type: int }"
                    + " } }, queues: { orders: } }"),
            NOW);

    assertThat(plan.lines())
        .hasSize(5)
        .contains(
            "+ queue orders (8 partitions)",
            "~ type T: queue none -> ordres",
            "note: type T goes to queue ordres, which is neither in the file nor in the catalog;"
                + " did you mean \"orders\"?",
            "1 to create, 1 to update, 0 unchanged")
        .anyMatch(line -> line.matches("~ type T: payload_schema string@\\w{8} -> int@\\w{8}"));
  }

  @Test
  void leavesTheJavaClassOfATypeToJava() {
    TaskDefinition before = TaskDefinition.of("T").payloadType(String.class);
    CatalogSnapshot catalog = new CatalogSnapshot(1, Map.of(), Map.of("T", before), Set.of());
    TasksConfig same = Yaml.parse("tasks: { types: { T: } }");
    TasksConfig longer = Yaml.parse("tasks: { types: { T: { timeout: 1m } } }");

    assertThat(Apply.plan(catalog, same, NOW).isEmpty()).isTrue();
    assertThat(Apply.plan(catalog, longer, NOW).steps().getFirst())
        .isEqualTo(
            new Step.UpdateType(
                before.timeout(Duration.ofMinutes(1)),
                List.of(new FieldChange("timeout", "none", "1m"))));
  }

  private static CatalogSnapshot catalog(Queue... queues) {
    return new CatalogSnapshot(
        1,
        Arrays.stream(queues).collect(Collectors.toMap(Queue::name, Function.identity())),
        Map.of(),
        Set.of());
  }

  private static List<String> lines(CatalogSnapshot catalog, String queues) {
    return Apply.plan(catalog, Yaml.parse("tasks:\n  queues:\n" + queues.indent(4)), NOW).lines();
  }
}

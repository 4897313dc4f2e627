package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.ErrorHandling;
import io.clusterdb.tasks.Exclusive;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.Misfire;
import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TraceExporter;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowTask;
import io.clusterdb.tasks.codec.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class ContractFileTest {
  private final TasksConfig config = ConfigFile.load(Yaml.contract(), Map.of());

  @Test
  void readsWhereThePlatformIs() {
    assertThat(config.bootstrap()).isEqualTo("localhost:9092");
    assertThat(config.kafkaProperties()).isEmpty();
    assertThat(config.prefix()).isEqualTo("tasks");
    assertThat(config.replication()).isEqualTo(1);
    assertThat(config.registryUrl()).isEqualTo("http://localhost:8081");
    assertThat(config.http().listen()).isEqualTo("127.0.0.1:8080");
  }

  @Test
  void readsEveryKeyOfTheQueue() {
    assertThat(config.queues())
        .containsExactly(
            Queue.named("default")
                .concurrency(10)
                .partitions(8)
                .ordering(Ordering.NONE)
                .onRetry(OnRetry.BLOCK)
                .priorities(Priority.HIGH, Priority.NORMAL, Priority.LOW)
                .defaultType("ProcessOrder")
                .timeout(Duration.ofMinutes(5))
                .tracking(Tracking.FULL)
                .maxDepth(100_000L)
                .retention(Duration.ofDays(7))
                .rateLimit(RateLimit.perSecond(100).burst(10))
                .retry(
                    RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofSeconds(60), 2)
                        .maxAttempts(3)
                        .jitter(0.1))
                .deadLetter(DeadLetter.to("default-dlq").afterAttempts(3))
                .middleware(
                    Middleware.logging(Level.INFO).includePayload(),
                    Middleware.metrics("jobs", Map.of("queue", "default")))
                .build());
    assertThat(config.openPartitions()).isEmpty();
  }

  @Test
  void readsTheTypeWithItsSchemaFromBesideTheFile() {
    TaskDefinition type = config.types().getFirst();

    assertThat(type.payloadSchema(null))
        .isEqualTo(
            TaskDefinition.of("ProcessOrder").queue("default").timeout(Duration.ofMinutes(5)));
    Schema schema = new Schema.Parser().parse(Objects.requireNonNull(type.payloadSchema()));
    assertThat(schema.getFullName()).isEqualTo("shop.Order");
  }

  @Test
  void readsEveryKeyOfTheSchedule() {
    assertThat(config.scheduler().zone()).isEqualTo(ZoneId.of("UTC"));
    assertThat(config.scheduler().metrics()).isTrue();
    assertThat(config.scheduler().tasks())
        .containsExactly(
            ScheduledTask.named("cleanup-expired")
                .schedule(Schedule.cron("0 0 * * *"))
                .task(
                    Task.of("CleanupExpired")
                        .queue("default")
                        .payload(JsonNodeFactory.instance.objectNode().put("older_than", "30d")))
                .zone(ZoneId.of("Europe/Berlin"))
                .start(Instant.parse("2026-01-01T00:00:00Z"))
                .timeout(Duration.ofHours(1))
                .exclusive(Exclusive.SKIP)
                .misfire(Misfire.FIRE_ONCE)
                .retry(
                    RetryPolicy.linear(Duration.ofMinutes(5), Duration.ofMinutes(5))
                        .maxAttempts(3)));
  }

  @Test
  void readsWhatIsWatched() {
    assertThat(config.monitoring())
        .isEqualTo(
            MetricsConfig.with("job_duration", "queue_depth", "error_rate")
                .alerts(AlertConfig.queueThreshold(1000).errorThreshold(0.01)));
  }

  @Test
  void readsHowItIsTraced() {
    assertThat(config.telemetry())
        .isEqualTo(
            TracingConfig.service("task-processor")
                .samplingRate(0.1)
                .exporters(TraceExporter.otlp()));
  }

  @Test
  void readsTheWorkflow() {
    Task refund = Task.of("RefundPayment").payload(tree("{'order_id': '{{input.order_id}}'}"));
    RetryPolicy payment =
        RetryPolicy.exponential(Duration.ofSeconds(1), Duration.ofSeconds(30), 2)
            .onErrors("TransientError");
    Workflow expected =
        Workflow.named("order-processing")
            .version("1.0")
            .timeout(Duration.ofMinutes(30))
            .errorHandling(ErrorHandling.COMPENSATE)
            .task(
                WorkflowTask.named("validate-order")
                    .type("ValidateOrder")
                    .payload(tree("{'order_id': '{{input.order_id}}'}"))
                    .retry(RetryPolicy.linear(Duration.ofSeconds(1), Duration.ofSeconds(1))))
            .task(
                WorkflowTask.named("process-payment")
                    .type("ProcessPayment")
                    .payload(
                        tree(
                            "{'order_id': '{{input.order_id}}',"
                                + " 'amount': '{{tasks.validate-order.output.amount}}'}"))
                    .dependsOn("validate-order")
                    .retry(payment)
                    .compensateWith(refund))
            .task(
                WorkflowTask.named("fulfill-order")
                    .type("FulfillOrder")
                    .payload(tree("{'order_id': '{{input.order_id}}'}"))
                    .dependsOn("process-payment"));

    assertThat(config.workflows()).containsExactly(expected);
  }

  private static JsonNode tree(String json) {
    return Json.exact(json.replace('\'', '"'));
  }
}

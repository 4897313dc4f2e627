package io.clusterdb.tasks.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.Tracking;
import java.time.Duration;
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
    assertThat(config.httpListen()).isEqualTo("127.0.0.1:8080");
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
  void keepsTheSectionsOfLaterVersions() {
    JsonNode workflow = section("workflows").path("order-processing");

    assertThat(section("scheduler").at("/tasks/0/task/payload/older_than").asText())
        .isEqualTo("30d");
    assertThat(section("scheduler").path("metrics").isBoolean()).isTrue();
    assertThat(workflow.path("version").asText()).isEqualTo("1.0");
    assertThat(workflow.at("/tasks/1/task/payload/amount").asText())
        .isEqualTo("{{tasks.validate-order.output.amount}}");
    assertThat(section("monitoring").at("/alerts/error_threshold").asDouble()).isEqualTo(0.01);
    assertThat(section("telemetry").at("/exporters/0").asText()).isEqualTo("otlp");
  }

  @Test
  void saysWhatItDoesNotApplyYet() {
    assertThat(config.notYetApplied())
        .containsExactly(
            "monitoring.alerts",
            "monitoring.metrics",
            "scheduler.metrics",
            "scheduler.tasks",
            "scheduler.time_zone",
            "telemetry.exporters",
            "telemetry.sampling_rate",
            "telemetry.service_name",
            "workflows.order-processing");
  }

  private JsonNode section(String name) {
    return Objects.requireNonNull(config.later().get(name));
  }
}

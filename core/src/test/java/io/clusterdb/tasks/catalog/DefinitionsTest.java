package io.clusterdb.tasks.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clusterdb.tasks.Backoff;
import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.Middleware;
import io.clusterdb.tasks.OnRetry;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.RateLimit;
import io.clusterdb.tasks.RetryPolicy;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.schemas.avro.MiddlewareDefinition;
import io.clusterdb.tasks.schemas.avro.TaskTypeDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.event.Level;

class DefinitionsTest {
  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

  static Stream<Queue> queues() {
    return Stream.of(
        Queue.named("plain").build(),
        Queue.named("full")
            .concurrency(7)
            .partitions(3)
            .priorities(Priority.HIGH, Priority.LOW)
            .defaultType("ProcessOrder")
            .timeout(Duration.ofMinutes(5))
            .tracking(Tracking.OUTCOMES)
            .maxDepth(100_000L)
            .retention(Duration.ofDays(3))
            .rateLimit(RateLimit.perSecond(0.5).burst(10))
            .retry(
                RetryPolicy.exponential(Duration.ofMillis(10), Duration.ofSeconds(60), 1.5)
                    .maxAttempts(9)
                    .jitter(0.25)
                    .onErrors("TransientError", "Timeout")
                    .neverOn("CardDeclined"))
            .deadLetter(DeadLetter.to("shared-dlq").afterAttempts(3))
            .middleware(
                Middleware.logging(Level.DEBUG).includePayload().redact("card.number", "*.key"),
                Middleware.metrics("jobs", Map.of("queue", "full", "team", "a.b")),
                Middleware.timeout(Duration.ofMillis(1500)),
                Middleware.rateLimit(2.5, 4))
            .build(),
        Queue.named("keyed")
            .ordering(Ordering.KEY)
            .onRetry(OnRetry.OVERTAKE)
            .tracking(Tracking.OFF)
            .retention(Duration.ZERO)
            .retry(RetryPolicy.linear(Duration.ZERO, Duration.ofSeconds(2)))
            .deadLetter(DeadLetter.own().afterAttempts(2))
            .build(),
        Queue.named("capped")
            .retry(
                RetryPolicy.of(
                    new Backoff.Linear(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(9))))
            .build(),
        Queue.named("fixed").retry(RetryPolicy.fixed(Duration.ofSeconds(4))).build());
  }

  @ParameterizedTest
  @MethodSource("queues")
  void aQueueIsReadAsItWasWritten(Queue queue) {
    assertThat(Definitions.read(Definitions.write(queue, 1, NOW))).isEqualTo(queue);
    assertThat(Definitions.same(queue, queue.toBuilder().build())).isTrue();
    assertThat(Definitions.same(queue, queue.toBuilder().concurrency(99).build())).isFalse();
  }

  @Test
  void aTypeIsReadAsItWasWritten() {
    TaskDefinition type =
        TaskDefinition.of("ProcessOrder")
            .queue("orders")
            .payloadType(Duration.class)
            .payloadSchema("{\"type\": \"string\"}")
            .timeout(Duration.ofMinutes(1))
            .retry(RetryPolicy.none());
    assertThat(Definitions.read(Definitions.write(type, 1, NOW))).isEqualTo(type);
    assertThat(Definitions.read(Definitions.write(TaskDefinition.of("a"), 1, NOW)))
        .isEqualTo(TaskDefinition.of("a"));
  }

  @Test
  void aPayloadClassThatIsNotHereIsLeftOut() {
    TaskTypeDefinition definition = Definitions.write(TaskDefinition.of("a"), 1, NOW);
    definition.setPayloadClass("com.example.NotHere");
    assertThat(Definitions.read(definition).payloadType()).isNull();
  }

  @Test
  void middlewareOfANewerVersionIsRefusedByName() {
    var definition = Definitions.write(Queue.named("a").build(), 1, NOW);
    definition.setMiddleware(List.of(new MiddlewareDefinition("teleport", Map.of())));
    assertThatThrownBy(() -> Definitions.read(definition))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("teleport");
  }
}

package io.clusterdb.tasks.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaErrorsTest {
  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of(new TimeoutException("late"), ErrorCode.UNREACHABLE),
        Arguments.of(new java.util.concurrent.TimeoutException(), ErrorCode.UNREACHABLE),
        Arguments.of(new NotLeaderOrFollowerException("moved"), ErrorCode.UNREACHABLE),
        Arguments.of(
            new ConfigException("No resolvable bootstrap urls given in bootstrap.servers"),
            ErrorCode.UNREACHABLE),
        Arguments.of(new TopicAuthorizationException("no"), ErrorCode.FORBIDDEN),
        Arguments.of(new SaslAuthenticationException("no"), ErrorCode.FORBIDDEN),
        Arguments.of(new RecordTooLargeException("big"), ErrorCode.INVALID_PAYLOAD),
        Arguments.of(new IllegalStateException("?"), ErrorCode.INTERNAL));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void eachErrorHasItsCode(Throwable error, ErrorCode code) {
    assertThat(KafkaErrors.of("do it", "broker:9092", error).code()).isEqualTo(code);
    Throwable wrapped = new ExecutionException(new KafkaException("outer", error));
    assertThat(KafkaErrors.of("do it", "broker:9092", wrapped).code()).isEqualTo(code);
  }

  @Test
  void anUnreachableBrokerIsNamedWithTheNextStep() {
    assertThat(KafkaErrors.of("connect", "broker:9092", new TimeoutException("late")))
        .hasMessageStartingWith("Unreachable: could not connect")
        .hasMessageContaining("broker:9092")
        .hasMessageContaining("tasks dev");
  }

  @Test
  void whatIsSaidAlreadyStays() {
    TasksException said = new TasksException(ErrorCode.QUEUE_FULL, "full");
    assertThat(KafkaErrors.of("do it", "broker:9092", new ExecutionException(said))).isSameAs(said);
  }

  @Test
  void anInterruptedThreadStaysInterrupted() {
    assertThat(KafkaErrors.of("do it", "broker:9092", new InterruptedException()).code())
        .isEqualTo(ErrorCode.CANCELLED);
    assertThat(Thread.interrupted()).isTrue();
  }
}

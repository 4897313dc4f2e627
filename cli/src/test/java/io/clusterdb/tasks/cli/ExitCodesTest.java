package io.clusterdb.tasks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ExitCodesTest {
  @Test
  void looksBehindTheWrappingOfFutures() {
    TasksException missing = new TasksException(ErrorCode.QUEUE_NOT_FOUND, "x");
    assertThat(ExitCodes.of(new ExecutionException(new CompletionException(missing)))).isEqualTo(3);
  }

  @Test
  void tellsWhatTheContractTells() {
    assertThat(ExitCodes.of(new TasksException(ErrorCode.UNREACHABLE, "x"))).isEqualTo(4);
    assertThat(ExitCodes.of(new TasksException(ErrorCode.INVALID_CONFIG, "x"))).isEqualTo(2);
    assertThat(ExitCodes.of(new TasksException(ErrorCode.QUEUE_FULL, "x"))).isEqualTo(1);
    assertThat(ExitCodes.of(new IllegalStateException("x"))).isEqualTo(1);
    assertThat(ExitCodes.of(new org.apache.kafka.common.errors.TimeoutException("x"))).isEqualTo(4);
  }
}

package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowRun;
import io.clusterdb.tasks.kafka.KafkaErrors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A run whose end is asked for when somebody wants to know it. */
final class RunHandle implements WorkflowRun {
  private final String id;
  private final Supplier<CompletableFuture<WorkflowResult>> ask;
  private @Nullable CompletableFuture<WorkflowResult> asked;

  RunHandle(String id, Supplier<CompletableFuture<WorkflowResult>> ask) {
    this.id = id;
    this.ask = ask;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public WorkflowResult result(Duration wait) {
    try {
      return end().get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new TasksException(
          ErrorCode.WAIT_TIMEOUT,
          "run %s has not ended within %s. It goes on; see what it does with `tasks workflow status %s`."
              .formatted(id, Durations.format(wait), id),
          e);
    } catch (InterruptedException | ExecutionException e) {
      throw KafkaErrors.of("await run " + id, "", e);
    }
  }

  @Override
  public CompletableFuture<WorkflowResult> resultAsync() {
    return end().copy();
  }

  private synchronized CompletableFuture<WorkflowResult> end() {
    if (asked == null || asked.isCompletedExceptionally()) {
      asked = ask.get();
    }
    return asked;
  }

  @Override
  public String toString() {
    return id;
  }
}

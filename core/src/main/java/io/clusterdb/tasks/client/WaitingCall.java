package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.Replies.Expected;
import io.clusterdb.tasks.kafka.KafkaErrors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One call that waits for an outcome: nothing of it is left when its future ends, however. */
final class WaitingCall {
  private final Replies replies;
  private final Function<String, CompletableFuture<JobId>> send;
  private final Duration wait;
  private final CompletableFuture<TaskResult> answer = new CompletableFuture<>();

  /**
   * Creates a call.
   *
   * @param send sends the job with this reply key; throws where the job is refused
   * @param wait how long it may take altogether
   */
  WaitingCall(Replies replies, Function<String, CompletableFuture<JobId>> send, Duration wait) {
    this.replies = replies;
    this.send = send;
    this.wait = wait;
  }

  CompletableFuture<TaskResult> start() {
    long deadline = System.nanoTime() + wait.toNanos();
    var unused = Async.run(() -> call(deadline)).exceptionally(this::fail);
    return answer;
  }

  private void call(long deadline) {
    Expected<TaskResult> expected = replies.expect();
    var forgotten =
        answer.whenComplete(
            (result, error) -> {
              replies.forget(expected.replyKey());
              expected.result().cancel(false); // its timer too
            });
    if (forgotten.isDone()) {
      return; // cancelled before the job was sent
    }
    var unused =
        send.apply(expected.replyKey())
            .thenCompose(id -> outcome(expected.result(), id, deadline))
            .thenAccept(answer::complete)
            .exceptionally(this::fail);
  }

  private CompletableFuture<TaskResult> outcome(
      CompletableFuture<TaskResult> result, JobId id, long deadline) {
    long left = Math.max(0, deadline - System.nanoTime());
    return result
        .orTimeout(left, TimeUnit.NANOSECONDS)
        .exceptionallyCompose(
            error ->
                CompletableFuture.failedFuture(
                    KafkaErrors.unwrap(error) instanceof TimeoutException late
                        ? late(id, late)
                        : error));
  }

  private @Nullable Void fail(Throwable error) {
    answer.completeExceptionally(KafkaErrors.unwrap(error));
    return null;
  }

  private TasksException late(JobId id, Throwable cause) {
    return new TasksException(
        ErrorCode.WAIT_TIMEOUT,
        "job %s has not ended within %s. It goes on; see what it does with `tasks events --job %s --from-beginning`, and check that workers of its queue run."
            .formatted(id, Durations.format(wait), id),
        cause);
  }
}

package io.clusterdb.tasks.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.TasksException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WaitingCallTest {
  private static final JobId ID = new JobId("j", "r");
  private static final TaskResult RESULT = new TaskResult(ID, JobState.SUCCEEDED, 1, null, null);

  private final FakeReplies replies = new FakeReplies();
  private final CompletableFuture<JobId> sent = new CompletableFuture<>();

  private static final class FakeReplies implements Replies {
    final Map<String, CompletableFuture<TaskResult>> waiting = new ConcurrentHashMap<>();

    @Override
    public Expected<TaskResult> expect() {
      CompletableFuture<TaskResult> result = new CompletableFuture<>();
      waiting.put("key", result);
      return new Expected<>("key", result);
    }

    @Override
    public void forget(String replyKey) {
      waiting.remove(replyKey);
    }

    CompletableFuture<TaskResult> expected() {
      await().until(() -> waiting.containsKey("key"));
      return java.util.Objects.requireNonNull(waiting.get("key"));
    }
  }

  private CompletableFuture<TaskResult> call(Duration wait) {
    return new WaitingCall(replies, key -> sent, wait).start();
  }

  private void assertForgotten() {
    await().untilAsserted(() -> assertThat(replies.waiting).isEmpty());
  }

  @Test
  void givesTheOutcomeAndForgetsTheCall() throws Exception {
    CompletableFuture<TaskResult> answer = call(Duration.ofMinutes(1));
    CompletableFuture<TaskResult> expected = replies.expected();
    sent.complete(ID);
    expected.complete(RESULT);
    assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(RESULT);
    assertForgotten();
  }

  @Test
  void givesAnOutcomeThatIsFasterThanTheAcknowledgement() throws Exception {
    CompletableFuture<TaskResult> answer = call(Duration.ofMinutes(1));
    replies.expected().complete(RESULT);
    sent.complete(ID);
    assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(RESULT);
  }

  @Test
  void forgetsACallThatWaitedTooLong() {
    CompletableFuture<TaskResult> answer = call(Duration.ofMillis(1));
    sent.complete(ID);
    assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            TasksException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WAIT_TIMEOUT));
    assertForgotten();
  }

  @Test
  void forgetsACallThatIsCancelled() {
    CompletableFuture<TaskResult> answer = call(Duration.ofMinutes(1));
    CompletableFuture<TaskResult> expected = replies.expected();
    answer.cancel(true);
    assertForgotten();
    await().until(expected::isDone);
  }

  @Test
  void forgetsACallWhoseJobIsRefused() {
    TasksException refusal = new TasksException(ErrorCode.QUEUE_NOT_FOUND, "no");
    CompletableFuture<TaskResult> answer =
        new WaitingCall(
                replies,
                key -> {
                  throw refusal;
                },
                Duration.ofMinutes(1))
            .start();
    assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS)).hasCause(refusal);
    assertForgotten();
  }
}

package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TaskManager;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogWriter;
import io.clusterdb.tasks.client.ReplyListener.Expected;
import io.clusterdb.tasks.codec.PayloadSchema;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Types, and work that a caller waits for, on Kafka. */
final class KafkaTypes implements TaskManager {
  private static final Duration WAIT = Duration.ofMinutes(5);

  private final CatalogWriter writer;
  private final JobSender sender;
  private final ReplyListener replies;

  KafkaTypes(CatalogWriter writer, JobSender sender, ReplyListener replies) {
    this.writer = writer;
    this.sender = sender;
    this.replies = replies;
  }

  @Override
  public void registerTask(TaskDefinition definition) {
    if (definition.payloadSchema() != null) {
      PayloadSchema.parse(definition.type(), definition.payloadSchema());
    }
    writer.change(catalog -> QueueChanges.register(catalog, definition));
  }

  @Override
  public CompletableFuture<Void> registerTaskAsync(TaskDefinition definition) {
    return Async.run(() -> registerTask(definition));
  }

  @Override
  public TaskResult executeTask(Task task) {
    return executeTask(task, WAIT);
  }

  @Override
  public TaskResult executeTask(Task task, Duration wait) {
    long deadline = System.nanoTime() + wait.toNanos();
    Job job = task.toJob();
    Expected expected = replies.expect();
    try {
      JobId id = sender.send(job, expected.replyKey()).get();
      return await(expected, id, wait, deadline);
    } catch (ExecutionException | InterruptedException e) {
      throw sender.failed(job, e);
    } finally {
      replies.forget(expected.replyKey());
    }
  }

  @Override
  public CompletableFuture<TaskResult> executeTaskAsync(Task task) {
    Job job = task.toJob();
    return Async.get(replies::expect)
        .thenCompose(
            expected ->
                sender
                    .send(job, expected.replyKey())
                    .thenCompose(id -> expected.result())
                    .whenComplete((result, error) -> replies.forget(expected.replyKey())));
  }

  private static TaskResult await(Expected expected, JobId id, Duration wait, long deadline)
      throws ExecutionException, InterruptedException {
    try {
      return expected.result().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new TasksException(
          ErrorCode.WAIT_TIMEOUT,
          "job %s has not ended within %s. It goes on; see what it does with `tasks events --job %s --from-beginning`, and check that workers of its queue run."
              .formatted(id, Durations.format(wait), id),
          e);
    }
  }
}

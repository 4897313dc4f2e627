package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobAttempt;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobPage;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TaskManager;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.audit.Audit;
import io.clusterdb.tasks.catalog.CatalogWriter;
import io.clusterdb.tasks.client.JobCommands.Target;
import io.clusterdb.tasks.codec.PayloadSchema;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Types, and work that a caller waits for, on Kafka. */
final class KafkaTypes implements TaskManager {
  private static final Duration WAIT = Duration.ofMinutes(5);
  private static final Duration LONGEST_WAIT = Duration.ofDays(365);

  private final CatalogWriter writer;
  private final JobSender sender;
  private final ReplyListener replies;
  private final JobRetries retries;
  private final JobCommands commands;
  private final ApiQueries queries;
  private final Audit audit;

  KafkaTypes(
      CatalogWriter writer,
      JobSender sender,
      ReplyListener replies,
      JobRetries retries,
      JobCommands commands,
      ApiQueries queries,
      Audit audit) {
    this.audit = audit;
    this.commands = commands;
    this.retries = retries;
    this.writer = writer;
    this.sender = sender;
    this.replies = replies;
    this.queries = queries;
  }

  @Override
  public void registerTask(TaskDefinition definition) {
    if (definition.payloadSchema() != null) {
      PayloadSchema.parse(definition.type(), definition.payloadSchema());
    }
    audit.run(
        "type.register",
        definition.type(),
        () -> writer.change(catalog -> QueueChanges.register(catalog, definition)));
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
    CompletableFuture<TaskResult> answer = executeTaskAsync(task, wait);
    try {
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(false);
      throw sender.failed(task.toJob(), e);
    } catch (ExecutionException e) {
      throw sender.failed(task.toJob(), e);
    }
  }

  @Override
  public CompletableFuture<TaskResult> executeTaskAsync(Task task) {
    return executeTaskAsync(task, WAIT);
  }

  @Override
  public CompletableFuture<TaskResult> executeTaskAsync(Task task, Duration wait) {
    if (wait.toMillis() < 1 || wait.compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException(
          "expected a wait of 1ms to 365d, found " + Durations.format(wait));
    }
    Job job = task.toJob();
    return new WaitingCall(replies, key -> sender.send(job, key), wait).start();
  }

  @Override
  public String cancel(String id, @Nullable String reason) {
    return commands.cancel(Target.of(id), reason);
  }

  @Override
  public String cancel(JobId job, @Nullable String reason) {
    return commands.cancel(new Target(job.value(), job.run(), null), reason);
  }

  @Override
  public CompletableFuture<String> cancelAsync(String id, @Nullable String reason) {
    return Async.get(() -> cancel(id, reason));
  }

  @Override
  public CompletableFuture<String> cancelAsync(JobId job, @Nullable String reason) {
    return Async.get(() -> cancel(job, reason));
  }

  @Override
  public JobId retry(String id) {
    return audit.of("job.retry", id, () -> retries.retry(id));
  }

  @Override
  public CompletableFuture<JobId> retryAsync(String id) {
    return Async.get(() -> retry(id));
  }

  @Override
  public JobStatus getTaskStatus(String id) {
    return queries.status(id, null);
  }

  @Override
  public JobStatus getTaskStatus(JobId job) {
    return queries.status(job.value(), job.run());
  }

  @Override
  public CompletableFuture<JobStatus> getTaskStatusAsync(String id) {
    return Async.get(() -> getTaskStatus(id));
  }

  @Override
  public CompletableFuture<JobStatus> getTaskStatusAsync(JobId job) {
    return Async.get(() -> getTaskStatus(job));
  }

  @Override
  public JobStatus awaitTaskStatus(String id, Duration wait) {
    return queries.ended(id, wait);
  }

  @Override
  public CompletableFuture<JobStatus> awaitTaskStatusAsync(String id, Duration wait) {
    return Async.get(() -> awaitTaskStatus(id, wait));
  }

  @Override
  public List<JobAttempt> getTaskAttempts(String id) {
    return queries.attempts(id, null);
  }

  @Override
  public List<JobAttempt> getTaskAttempts(JobId job) {
    return queries.attempts(job.value(), job.run());
  }

  @Override
  public CompletableFuture<List<JobAttempt>> getTaskAttemptsAsync(String id) {
    return Async.get(() -> getTaskAttempts(id));
  }

  @Override
  public CompletableFuture<List<JobAttempt>> getTaskAttemptsAsync(JobId job) {
    return Async.get(() -> getTaskAttempts(job));
  }

  @Override
  public JobPage listTasks(JobFilter filter, PageRequest page) {
    return queries.list(filter, page);
  }

  @Override
  public CompletableFuture<JobPage> listTasksAsync(JobFilter filter, PageRequest page) {
    return Async.get(() -> listTasks(filter, page));
  }
}

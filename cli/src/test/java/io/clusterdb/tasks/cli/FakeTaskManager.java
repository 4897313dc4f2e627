package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.JobAttempt;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobPage;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TaskManager;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.TasksException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Tasks in memory: they end at once, those of the type {@code fail} badly; of jobs it says what
 * tests have it say.
 */
final class FakeTaskManager implements TaskManager {
  final List<JobStatus> statuses = new CopyOnWriteArrayList<>();
  final List<JobAttempt> attempts = new CopyOnWriteArrayList<>();
  final List<Duration> waits = new CopyOnWriteArrayList<>();
  private final FakeQueues queues;

  FakeTaskManager(FakeQueues queues) {
    this.queues = queues;
  }

  @Override
  public CompletableFuture<TaskResult> executeTaskAsync(Task task) {
    return executeTaskAsync(task, Duration.ofMinutes(5));
  }

  @Override
  public CompletableFuture<TaskResult> executeTaskAsync(Task task, Duration wait) {
    waits.add(wait);
    JobId id = queues.enqueue(task.toJob());
    return CompletableFuture.completedFuture(
        task.type().equals("fail")
            ? new TaskResult(id, JobState.DEAD, 3, null, new JobFailure("Odd", "too odd"))
            : new TaskResult(id, JobState.SUCCEEDED, 1, "{\"sum\":1.10}", null));
  }

  @Override
  public String cancel(String id, @Nullable String reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String cancel(JobId job, @Nullable String reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<String> cancelAsync(String id, @Nullable String reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<String> cancelAsync(JobId job, @Nullable String reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public JobId retry(String id) {
    if (!id.equals("job-1")) {
      throw new TasksException(ErrorCode.JOB_NOT_FOUND, "there is no job " + id);
    }
    return new JobId(id, "run-9");
  }

  @Override
  public CompletableFuture<JobId> retryAsync(String id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void registerTask(TaskDefinition definition) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> registerTaskAsync(TaskDefinition definition) {
    throw new UnsupportedOperationException();
  }

  @Override
  public TaskResult executeTask(Task task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public TaskResult executeTask(Task task, Duration wait) {
    throw new UnsupportedOperationException();
  }

  @Override
  public JobStatus getTaskStatus(String id) {
    return statuses.stream()
        .filter(job -> job.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new TasksException(ErrorCode.JOB_NOT_FOUND, "there is no job " + id));
  }

  @Override
  public JobStatus getTaskStatus(JobId job) {
    return getTaskStatus(job.value());
  }

  @Override
  public CompletableFuture<JobStatus> getTaskStatusAsync(String id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<JobStatus> getTaskStatusAsync(JobId job) {
    throw new UnsupportedOperationException();
  }

  @Override
  public JobStatus awaitTaskStatus(String id, Duration wait) {
    waits.add(wait);
    return getTaskStatus(id);
  }

  @Override
  public CompletableFuture<JobStatus> awaitTaskStatusAsync(String id, Duration wait) {
    throw new UnsupportedOperationException();
  }

  /** One job a page. */
  @Override
  public JobPage listTasks(JobFilter filter, PageRequest page) {
    int at = page.cursor() == null ? 0 : Integer.parseInt(page.cursor());
    List<JobStatus> fitting =
        statuses.stream()
            .filter(job -> filter.states().isEmpty() || filter.states().contains(job.state()))
            .toList();
    List<JobStatus> found = fitting.subList(Math.min(at, fitting.size()), fitting.size());
    return new JobPage(
        found.stream().limit(1).toList(), found.size() > 1 ? Integer.toString(at + 1) : null);
  }

  @Override
  public List<JobAttempt> getTaskAttempts(String id) {
    getTaskStatus(id);
    return List.copyOf(attempts);
  }

  @Override
  public List<JobAttempt> getTaskAttempts(JobId job) {
    return getTaskAttempts(job.value());
  }

  @Override
  public CompletableFuture<List<JobAttempt>> getTaskAttemptsAsync(String id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<JobAttempt>> getTaskAttemptsAsync(JobId job) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<JobPage> listTasksAsync(JobFilter filter, PageRequest page) {
    throw new UnsupportedOperationException();
  }
}

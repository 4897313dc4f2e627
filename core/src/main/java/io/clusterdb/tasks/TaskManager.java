package io.clusterdb.tasks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Types of jobs, and work that a caller waits for. Thread-safe. */
public interface TaskManager {
  /** Makes a type known, or changes what is known of it. */
  void registerTask(TaskDefinition definition);

  /** As {@link #registerTask}, without waiting. */
  CompletableFuture<Void> registerTaskAsync(TaskDefinition definition);

  /**
   * Enqueues the task's job and waits for its final outcome, up to five minutes.
   *
   * @throws TasksException WAIT_TIMEOUT if it has not ended by then (it goes on), or what enqueue
   *     throws
   */
  TaskResult executeTask(Task task);

  /** As {@link #executeTask(Task)}, waiting at most this long. */
  TaskResult executeTask(Task task, Duration wait);

  /**
   * As {@link #executeTask(Task)}, without blocking: the future fails with WAIT_TIMEOUT if the job
   * has not ended within five minutes. Cancelling the future ends the wait, not the job.
   */
  CompletableFuture<TaskResult> executeTaskAsync(Task task);

  /**
   * As {@link #executeTaskAsync(Task)}, with this limit instead, from 1 ms to 365 days; days are
   * fine, since a wait costs an entry in a table only.
   */
  CompletableFuture<TaskResult> executeTaskAsync(Task task, Duration wait);

  /**
   * Asks to end a job without another attempt: one that waits ends at once, a running one is
   * interrupted. On return the command is accepted: a broker has it for good. It is done when the
   * job's status says CANCELLED; the job never starts after that. A job that has ended stays as it
   * is, and one of this id that is enqueued later is not meant.
   *
   * @param reason for people; null for none
   * @return the command's id, which the event of the job's end names
   * @throws TasksException UNREACHABLE, FORBIDDEN
   */
  String cancel(String id, @Nullable String reason);

  /** As {@link #cancel(String, String)}, of the run that an enqueue started. */
  String cancel(JobId job, @Nullable String reason);

  /** As {@link #cancel(String, String)}, without waiting. */
  CompletableFuture<String> cancelAsync(String id, @Nullable String reason);

  /** As {@link #cancel(JobId, String)}, without waiting. */
  CompletableFuture<String> cancelAsync(JobId job, @Nullable String reason);

  /**
   * Gives a job that is dead or was cancelled another run, from its first attempt. A dead job
   * leaves the dead letters in the same transaction, so of two retries one is refused; a cancelled
   * one can be retried as long as its queue still keeps its record. Looks for the job in every
   * queue's dead letters first, so it takes the longer the more of them there are.
   *
   * @return the job's id with its new run
   * @throws TasksException JOB_NOT_FOUND if its record is nowhere any more, CONFLICT if it is
   *     neither dead nor cancelled, UNREACHABLE, FORBIDDEN
   */
  JobId retry(String id);

  /** As {@link #retry}, without waiting. */
  CompletableFuture<JobId> retryAsync(String id);

  /**
   * The state of a job: of its run that has not ended, else of the last one. A job that was
   * enqueued a moment ago is waited for, up to two seconds. An orchestrator must run.
   *
   * @throws TasksException JOB_NOT_FOUND if none is known, since it was not enqueued, ended long
   *     ago, or is of a queue that is not tracked; UNREACHABLE if no orchestrator can answer now
   */
  JobStatus getTaskStatus(String id);

  /** As {@link #getTaskStatus(String)}, of the run that an enqueue started. */
  JobStatus getTaskStatus(JobId job);

  /** As {@link #getTaskStatus(String)}, without waiting. */
  CompletableFuture<JobStatus> getTaskStatusAsync(String id);

  /** As {@link #getTaskStatus(JobId)}, without waiting. */
  CompletableFuture<JobStatus> getTaskStatusAsync(JobId job);

  /**
   * The state of the job once it has ended, or as it is after this time, which is a minute at most.
   *
   * @throws TasksException as {@link #getTaskStatus(String)}
   */
  JobStatus awaitTaskStatus(String id, Duration wait);

  /** As {@link #awaitTaskStatus}, without waiting. */
  CompletableFuture<JobStatus> awaitTaskStatusAsync(String id, Duration wait);

  /**
   * The attempts of a job that have ended, the oldest first, as far as is known of them: events say
   * all of it as long as the log keeps them, for seven days by default; a dead job's record says
   * when its attempts failed, and why. Of the job's run that has not ended, else of the last one.
   *
   * @throws TasksException as {@link #getTaskStatus(String)}
   */
  List<JobAttempt> getTaskAttempts(String id);

  /** As {@link #getTaskAttempts(String)}, of the run that an enqueue started. */
  List<JobAttempt> getTaskAttempts(JobId job);

  /** As {@link #getTaskAttempts(String)}, without waiting. */
  CompletableFuture<List<JobAttempt>> getTaskAttemptsAsync(String id);

  /** As {@link #getTaskAttempts(JobId)}, without waiting. */
  CompletableFuture<List<JobAttempt>> getTaskAttemptsAsync(JobId job);

  /**
   * Jobs that fit, the newest first, a part at a time. An orchestrator must run.
   *
   * @throws TasksException UNREACHABLE if not all of its partitions can answer now
   */
  JobPage listTasks(JobFilter filter, PageRequest page);

  /** As {@link #listTasks}, without waiting. */
  CompletableFuture<JobPage> listTasksAsync(JobFilter filter, PageRequest page);
}

package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Admission;
import io.clusterdb.tasks.Alert;
import io.clusterdb.tasks.BatchStatus;
import io.clusterdb.tasks.DeadLetters;
import io.clusterdb.tasks.Dequeue;
import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobFilter;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobPage;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.LeaseFailure;
import io.clusterdb.tasks.LeasedJob;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.ScheduleManager;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TaskManager;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.TraceCounts;
import io.clusterdb.tasks.TracingConfig;
import io.clusterdb.tasks.WorkflowManager;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A platform in memory: keeps queues and jobs; a task of the type {@code fail} ends badly. */
final class FakePlatform implements Tasks, QueueManager, TaskManager {
  final List<Duration> waits = new CopyOnWriteArrayList<>();
  final List<Job> jobs = new CopyOnWriteArrayList<>();
  final Map<String, Queue> queues = new TreeMap<>();
  final Set<String> paused = new TreeSet<>();
  final FakeDeadLetters deadLetters = new FakeDeadLetters();
  final List<JobStatus> statuses = new CopyOnWriteArrayList<>();
  final FakeSchedules schedules = new FakeSchedules();
  final List<Alert> alerts = new CopyOnWriteArrayList<>();
  private final TasksConfig config;

  FakePlatform(TasksConfig config) {
    this.config = config;
  }

  @Override
  public TaskManager tasks() {
    return this;
  }

  @Override
  public QueueManager queues() {
    return this;
  }

  @Override
  public WorkflowManager workflows() {
    return (WorkflowManager)
        java.lang.reflect.Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {WorkflowManager.class},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }

  @Override
  public ScheduleManager schedules() {
    return schedules;
  }

  @Override
  public void configureMonitoring(MetricsConfig monitoring) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Alert> alerts() {
    return List.copyOf(alerts);
  }

  @Override
  public void configureTelemetry(TracingConfig tracing) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void configureTelemetry(OpenTelemetry openTelemetry) {
    throw new UnsupportedOperationException();
  }

  @Override
  public TraceCounts traceCounts() {
    return TraceCounts.NONE;
  }

  @Override
  public TasksConfig config() {
    return config;
  }

  @Override
  public void close() {}

  @Override
  public void createQueue(Queue queue) {
    Queue there = queues.putIfAbsent(queue.name(), queue);
    if (there != null && !there.equals(queue)) {
      throw new TasksException(ErrorCode.CONFLICT, "queue " + queue.name() + " is another one");
    }
  }

  @Override
  public List<Queue> listQueues() {
    return List.copyOf(queues.values());
  }

  @Override
  public Optional<Queue> getQueue(String name) {
    return Optional.ofNullable(queues.get(name));
  }

  @Override
  public JobId enqueue(Job job) {
    if (job.queue() == null || !queues.containsKey(job.queue())) {
      throw new TasksException(ErrorCode.QUEUE_NOT_FOUND, "there is no queue " + job.queue());
    }
    jobs.add(job);
    return new JobId(job.id() == null ? "job-" + jobs.size() : job.id(), "run-" + jobs.size());
  }

  @Override
  public CompletableFuture<JobId> enqueueAsync(Job job) {
    return CompletableFuture.completedFuture(enqueue(job));
  }

  @Override
  public CompletableFuture<TaskResult> executeTaskAsync(Task task) {
    return executeTaskAsync(task, Duration.ofMinutes(5));
  }

  @Override
  public CompletableFuture<TaskResult> executeTaskAsync(Task task, Duration wait) {
    waits.add(wait);
    JobId id = enqueue(task.toJob());
    return CompletableFuture.completedFuture(
        task.type().equals("fail")
            ? new TaskResult(id, JobState.DEAD, 3, null, new JobFailure("Odd", "too odd"))
            : new TaskResult(id, JobState.SUCCEEDED, 1, "{\"sum\":1.10}", null));
  }

  @Override
  public CompletableFuture<Void> createQueueAsync(Queue queue) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void updateQueue(Queue queue) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> updateQueueAsync(Queue queue) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void deleteQueue(String name) {
    existing(name);
    queues.remove(name);
  }

  @Override
  public CompletableFuture<Void> deleteQueueAsync(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void pause(String name) {
    existing(name);
    paused.add(name);
  }

  @Override
  public CompletableFuture<Void> pauseAsync(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void resume(String name) {
    existing(name);
    paused.remove(name);
  }

  @Override
  public CompletableFuture<Void> resumeAsync(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<LeasedJob> dequeue(String queue) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<LeasedJob> dequeue(String queue, Dequeue how) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<LeasedJob>> dequeueAsync(String queue, Dequeue how) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void completeJob(String idOrLease, @Nullable Object result) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> completeJobAsync(String idOrLease, @Nullable Object result) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void failJob(String idOrLease, LeaseFailure failure) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> failJobAsync(String idOrLease, LeaseFailure failure) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Instant extendLease(String idOrLease, Duration lasting) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Instant> extendLeaseAsync(String idOrLease, Duration lasting) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<EnqueueResult> enqueueBatch(String batch, Collection<Job> jobs, @Nullable Job then) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<EnqueueResult>> enqueueBatchAsync(
      String batch, Collection<Job> jobs, @Nullable Job then) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void closeBatch(String batch, long jobs, @Nullable Job then) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> closeBatchAsync(String batch, long jobs, @Nullable Job then) {
    throw new UnsupportedOperationException();
  }

  @Override
  public BatchStatus batch(String batch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public BatchStatus awaitBatch(String batch, Duration wait) {
    throw new UnsupportedOperationException();
  }

  private void existing(String name) {
    if (!queues.containsKey(name)) {
      throw new TasksException(ErrorCode.QUEUE_NOT_FOUND, "there is no queue " + name);
    }
  }

  @Override
  public List<EnqueueResult> enqueue(Collection<Job> many) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<EnqueueResult>> enqueueAsync(Collection<Job> many) {
    throw new UnsupportedOperationException();
  }

  @Override
  public JobId enqueue(Job job, Producer<byte[], byte[]> producer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Admission enqueueUnique(Job job, Duration wait) {
    boolean first = jobs.stream().noneMatch(each -> Objects.equals(each.unique(), job.unique()));
    JobId id = enqueue(job);
    return first
        ? new Admission.Admitted(id, null, Instant.EPOCH)
        : new Admission.Held(id, new JobId("job-1", "run-1"), Instant.EPOCH);
  }

  @Override
  public CompletableFuture<Admission> enqueueUniqueAsync(Job job) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Admission> enqueueUnique(Job job, Producer<byte[], byte[]> producer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ProducerRecord<byte[], byte[]> toRecord(Job job) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<String> paused() {
    return paused;
  }

  @Override
  public void addPartitions(String name, int partitions) {
    existing(name);
    queues.computeIfPresent(
        name, (same, queue) -> queue.toBuilder().partitions(partitions).build());
  }

  @Override
  public CompletableFuture<Void> addPartitionsAsync(String name, int partitions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<Priority, Long> depth(String name) {
    return Map.of(Priority.NORMAL, jobs.stream().filter(job -> name.equals(job.queue())).count());
  }

  @Override
  public DeadLetters deadLetters(String name) {
    existing(name);
    return deadLetters;
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
  public QueueStats stats(String name) {
    existing(name);
    return new QueueStats(
        name,
        paused.contains(name),
        3,
        Map.of(JobState.QUEUED, 2L, JobState.RUNNING, 1L),
        Map.of(Priority.NORMAL, 3L),
        1.5,
        10,
        9.5,
        0.25,
        2,
        8,
        4,
        0);
  }

  @Override
  public CompletableFuture<QueueStats> statsAsync(String name) {
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
  public CompletableFuture<JobPage> listTasksAsync(JobFilter filter, PageRequest page) {
    throw new UnsupportedOperationException();
  }
}

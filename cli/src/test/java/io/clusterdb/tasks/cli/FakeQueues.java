package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Admission;
import io.clusterdb.tasks.BatchStatus;
import io.clusterdb.tasks.DeadLetters;
import io.clusterdb.tasks.Dequeue;
import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.LeaseFailure;
import io.clusterdb.tasks.LeasedJob;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.TasksException;
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
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Queues in memory, and the jobs that were put into them. */
final class FakeQueues implements QueueManager {
  final Map<String, Queue> known = new TreeMap<>();
  final Set<String> paused = new TreeSet<>();
  final List<Job> jobs = new CopyOnWriteArrayList<>();
  final FakeDeadLetters deadLetters = new FakeDeadLetters();

  @Override
  public void createQueue(Queue queue) {
    Queue there = known.putIfAbsent(queue.name(), queue);
    if (there != null && !there.equals(queue)) {
      throw new TasksException(ErrorCode.CONFLICT, "queue " + queue.name() + " is another one");
    }
  }

  @Override
  public List<Queue> listQueues() {
    return List.copyOf(known.values());
  }

  @Override
  public Optional<Queue> getQueue(String name) {
    return Optional.ofNullable(known.get(name));
  }

  @Override
  public JobId enqueue(Job job) {
    if (job.queue() == null || !known.containsKey(job.queue())) {
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
  public void updateQueue(String name, UnaryOperator<Queue> change) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> updateQueueAsync(String name, UnaryOperator<Queue> change) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void deleteQueue(String name) {
    existing(name);
    known.remove(name);
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
    if (!known.containsKey(name)) {
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
    known.computeIfPresent(name, (same, queue) -> queue.toBuilder().partitions(partitions).build());
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
}

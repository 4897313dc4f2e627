package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Admission;
import io.clusterdb.tasks.BatchStatus;
import io.clusterdb.tasks.DeadLetters;
import io.clusterdb.tasks.Dequeue;
import io.clusterdb.tasks.EnqueueResult;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.LeaseFailure;
import io.clusterdb.tasks.LeasedJob;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.TasksException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Queues on Kafka. */
final class KafkaQueues implements QueueManager {
  private final TasksRuntime runtime;
  private final QueueAdmin admin;
  private final JobRecords records;
  private final JobSender sender;
  private final Admissions admissions;
  private final ApiQueries queries;
  private final ApiLeases leases;
  private final KafkaBatches batches;

  KafkaQueues(
      TasksRuntime runtime,
      QueueAdmin admin,
      JobRecords records,
      JobSender sender,
      Admissions admissions,
      ApiQueries queries,
      KafkaBatches batches) {
    this.batches = batches;
    this.runtime = runtime;
    this.queries = queries;
    this.admin = admin;
    this.records = records;
    this.sender = sender;
    this.admissions = admissions;
    this.leases = new ApiLeases(runtime);
  }

  @Override
  public void createQueue(Queue queue) {
    admin.create(queue);
  }

  @Override
  public CompletableFuture<Void> createQueueAsync(Queue queue) {
    return Async.run(() -> admin.create(queue));
  }

  @Override
  public void updateQueue(Queue queue) {
    admin.update(queue);
  }

  @Override
  public CompletableFuture<Void> updateQueueAsync(Queue queue) {
    return Async.run(() -> admin.update(queue));
  }

  @Override
  public void updateQueue(String name, UnaryOperator<Queue> change) {
    admin.update(name, change);
  }

  @Override
  public CompletableFuture<Void> updateQueueAsync(String name, UnaryOperator<Queue> change) {
    return Async.run(() -> admin.update(name, change));
  }

  @Override
  public void deleteQueue(String name) {
    admin.delete(name);
  }

  @Override
  public CompletableFuture<Void> deleteQueueAsync(String name) {
    return Async.run(() -> admin.delete(name));
  }

  @Override
  public void pause(String name) {
    admin.pause(name, true);
  }

  @Override
  public CompletableFuture<Void> pauseAsync(String name) {
    return Async.run(() -> admin.pause(name, true));
  }

  @Override
  public void resume(String name) {
    admin.pause(name, false);
  }

  @Override
  public CompletableFuture<Void> resumeAsync(String name) {
    return Async.run(() -> admin.pause(name, false));
  }

  @Override
  public List<Queue> listQueues() {
    return admin.list();
  }

  @Override
  public Optional<Queue> getQueue(String name) {
    return admin.list().stream().filter(queue -> queue.name().equals(name)).findFirst();
  }

  @Override
  public QueueStats stats(String name) {
    return queries.stats(name);
  }

  @Override
  public CompletableFuture<QueueStats> statsAsync(String name) {
    return Async.get(() -> queries.stats(name));
  }

  @Override
  public JobId enqueue(Job job) {
    return sender.sendAndWait(job);
  }

  @Override
  public CompletableFuture<JobId> enqueueAsync(Job job) {
    try {
      return sender.send(job, (String) null);
    } catch (TasksException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public List<EnqueueResult> enqueue(Collection<Job> jobs) {
    return enqueueAsync(jobs).join();
  }

  @Override
  public CompletableFuture<List<EnqueueResult>> enqueueAsync(Collection<Job> jobs) {
    List<CompletableFuture<EnqueueResult>> results = new ArrayList<>(jobs.size());
    for (Job job : jobs) {
      results.add(enqueueAsync(job).handle((id, error) -> result(job, id, error)));
    }
    return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
        .thenApply(done -> results.stream().map(CompletableFuture::join).toList());
  }

  private EnqueueResult result(Job job, JobId id, Throwable error) {
    return error == null
        ? new EnqueueResult.Accepted(job, id)
        : new EnqueueResult.Refused(job, sender.failed(job, error));
  }

  @Override
  public JobId enqueue(Job job, Producer<byte[], byte[]> producer) {
    JobRecords.Prepared prepared = records.prepare(job);
    var unused = producer.send(prepared.record());
    return prepared.id();
  }

  @Override
  public Admission enqueueUnique(Job job, Duration wait) {
    return admissions.await(job, wait);
  }

  @Override
  public CompletableFuture<Admission> enqueueUniqueAsync(Job job) {
    try {
      return admissions.enqueue(job);
    } catch (TasksException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletableFuture<Admission> enqueueUnique(Job job, Producer<byte[], byte[]> producer) {
    return admissions.enqueue(job, producer);
  }

  @Override
  public Optional<LeasedJob> dequeue(String queue) {
    return leases.dequeue(queue, Dequeue.ONE).stream().findFirst();
  }

  @Override
  public List<LeasedJob> dequeue(String queue, Dequeue how) {
    return leases.dequeue(queue, how);
  }

  @Override
  public CompletableFuture<List<LeasedJob>> dequeueAsync(String queue, Dequeue how) {
    return Async.get(() -> leases.dequeue(queue, how));
  }

  @Override
  public void completeJob(String idOrLease, @Nullable Object result) {
    leases.complete(idOrLease, result);
  }

  @Override
  public CompletableFuture<Void> completeJobAsync(String idOrLease, @Nullable Object result) {
    return Async.run(() -> leases.complete(idOrLease, result));
  }

  @Override
  public void failJob(String idOrLease, LeaseFailure failure) {
    leases.fail(idOrLease, failure);
  }

  @Override
  public CompletableFuture<Void> failJobAsync(String idOrLease, LeaseFailure failure) {
    return Async.run(() -> leases.fail(idOrLease, failure));
  }

  @Override
  public Instant extendLease(String idOrLease, Duration lasting) {
    return leases.extend(idOrLease, lasting);
  }

  @Override
  public CompletableFuture<Instant> extendLeaseAsync(String idOrLease, Duration lasting) {
    return Async.get(() -> leases.extend(idOrLease, lasting));
  }

  @Override
  public List<EnqueueResult> enqueueBatch(String batch, Collection<Job> jobs, @Nullable Job then) {
    return batches.enqueue(batch, jobs, then);
  }

  @Override
  public CompletableFuture<List<EnqueueResult>> enqueueBatchAsync(
      String batch, Collection<Job> jobs, @Nullable Job then) {
    return Async.get(() -> batches.enqueue(batch, jobs, then));
  }

  @Override
  public void closeBatch(String batch, long jobs, @Nullable Job then) {
    batches.close(batch, jobs, then);
  }

  @Override
  public CompletableFuture<Void> closeBatchAsync(String batch, long jobs, @Nullable Job then) {
    return Async.run(() -> batches.close(batch, jobs, then));
  }

  @Override
  public BatchStatus batch(String batch) {
    return batches.status(batch, null);
  }

  @Override
  public BatchStatus awaitBatch(String batch, Duration wait) {
    return batches.status(batch, wait);
  }

  @Override
  public ProducerRecord<byte[], byte[]> toRecord(Job job) {
    return records.prepare(job).record();
  }

  @Override
  public DeadLetters deadLetters(String name) {
    return new KafkaDeadLetters(runtime, name);
  }

  @Override
  public void addPartitions(String name, int partitions) {
    admin.addPartitions(name, partitions);
  }

  @Override
  public CompletableFuture<Void> addPartitionsAsync(String name, int partitions) {
    return Async.run(() -> admin.addPartitions(name, partitions));
  }

  @Override
  public Map<Priority, Long> depth(String name) {
    return admin.depth(name);
  }

  @Override
  public Set<String> paused() {
    return admin.paused();
  }
}

package io.clusterdb.tasks;

import java.time.Duration;
import java.time.Instant;
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

/** Queues and what is put into them. Thread-safe. */
public interface QueueManager {
  /**
   * Creates a queue with its topics. Creating one that exists with the same definition does
   * nothing.
   *
   * @throws TasksException CONFLICT if it exists with another definition
   */
  void createQueue(Queue queue);

  /** As {@link #createQueue}, without waiting. */
  CompletableFuture<Void> createQueueAsync(Queue queue);

  /**
   * Changes a queue's definition; workers follow within seconds. Partitions are never changed here.
   *
   * @throws TasksException QUEUE_NOT_FOUND
   */
  void updateQueue(Queue queue);

  /** As {@link #updateQueue}, without waiting. */
  CompletableFuture<Void> updateQueueAsync(Queue queue);

  /**
   * Changes a part of a queue's definition, and loses nothing of what others change at the same
   * time; else as {@link #updateQueue(Queue)}.
   *
   * @param change from the definition that there is to the one that there is to be, of the same
   *     name; has no other effect, since it may be asked several times
   * @throws TasksException QUEUE_NOT_FOUND
   */
  void updateQueue(String name, UnaryOperator<Queue> change);

  /** As {@link #updateQueue(String, UnaryOperator)}, without waiting. */
  CompletableFuture<Void> updateQueueAsync(String name, UnaryOperator<Queue> change);

  /**
   * Deletes a queue, its topics and every job in them; its dead letters too unless they share
   * another queue's. Workers drop what they run of it, and take it up again if it is made anew.
   *
   * @throws TasksException QUEUE_NOT_FOUND
   */
  void deleteQueue(String name);

  /** As {@link #deleteQueue}, without waiting. */
  CompletableFuture<Void> deleteQueueAsync(String name);

  /**
   * Lets no further job of a queue start; running ones go on to their end. Workers follow within a
   * second, and one that starts later too, until {@link #resume}: neither restarts nor changes of
   * the definition undo it. Jobs are still taken. Pausing a paused queue does nothing.
   *
   * @throws TasksException QUEUE_NOT_FOUND
   */
  void pause(String name);

  /** As {@link #pause}, without waiting. */
  CompletableFuture<Void> pauseAsync(String name);

  /**
   * Lets the jobs of a paused queue start again. Resuming a queue that runs does nothing.
   *
   * @throws TasksException QUEUE_NOT_FOUND
   */
  void resume(String name);

  /** As {@link #resume}, without waiting. */
  CompletableFuture<Void> resumeAsync(String name);

  /** Names of the queues that are paused. */
  Set<String> paused();

  /**
   * Gives a queue more partitions, so that more workers can share it; its lanes and retries get as
   * many. Workers take the new ones up within 10 seconds. What was interrupted is completed by
   * calling it again. There is no way back.
   *
   * <p>With {@code ordering: key} a key's jobs may go to another partition from then on. So the
   * queue must be paused and drained, and whoever enqueues must stop until its Kafka client knows
   * the new partitions: 10 seconds where that is this library, else the client's {@code
   * metadata.max.age.ms}.
   *
   * @param partitions how many it has then; as many as now changes nothing
   * @throws TasksException QUEUE_NOT_FOUND; CONFLICT if it has more now, or orders by key and is
   *     not paused and empty; UNREACHABLE, FORBIDDEN
   */
  void addPartitions(String name, int partitions);

  /** As {@link #addPartitions}, without waiting. */
  CompletableFuture<Void> addPartitionsAsync(String name, int partitions);

  /**
   * Jobs of a queue that wait for a worker or run, by lane, for each lane that has a topic. Taken
   * from the offsets of the brokers, where markers of transactions count too, so it may be a little
   * high; jobs that wait for their time or for another attempt are not counted.
   *
   * @throws TasksException QUEUE_NOT_FOUND, UNREACHABLE, FORBIDDEN
   */
  Map<Priority, Long> depth(String name);

  /** Every queue, by name. */
  List<Queue> listQueues();

  /** The queue of this name. */
  Optional<Queue> getQueue(String name);

  /**
   * How a queue is getting on. An orchestrator must run.
   *
   * @throws TasksException QUEUE_NOT_FOUND; UNREACHABLE if not all of the orchestrator's partitions
   *     can answer now
   */
  QueueStats stats(String name);

  /** As {@link #stats}, without waiting. */
  CompletableFuture<QueueStats> statsAsync(String name);

  /**
   * Enqueues a job and waits until the broker has it for good.
   *
   * @throws TasksException QUEUE_NOT_FOUND, QUEUE_FULL, INVALID_PAYLOAD, UNREACHABLE
   */
  JobId enqueue(Job job);

  /** As {@link #enqueue(Job)}, without waiting; a full send buffer may still block. */
  CompletableFuture<JobId> enqueueAsync(Job job);

  /** Enqueues many jobs in batches and waits for all; the results are in the order of the jobs. */
  List<EnqueueResult> enqueue(Collection<Job> jobs);

  /** As {@link #enqueue(Collection)}, without waiting. */
  CompletableFuture<List<EnqueueResult>> enqueueAsync(Collection<Job> jobs);

  /**
   * Sends a job with the caller's own producer, so that it takes part in the caller's transaction:
   * the job exists if and only if that commits.
   */
  JobId enqueue(Job job, Producer<byte[], byte[]> producer);

  /**
   * Enqueues a job with a unique key and waits until a scheduler has said whether it was admitted.
   * The plain {@code enqueue} takes such a job too, for who need not know.
   *
   * @param wait how long to wait for the answer
   * @throws TasksException CONFLICT if its policy is to reject and another job holds the key;
   *     WAIT_TIMEOUT if no scheduler answers, while the job stays with the broker and is decided
   *     later; INVALID_JOB if it has no unique key; what {@link #enqueue(Job)} throws
   */
  Admission enqueueUnique(Job job, Duration wait);

  /** As {@link #enqueueUnique(Job, Duration)}, without waiting. */
  CompletableFuture<Admission> enqueueUniqueAsync(Job job);

  /**
   * Sends a job with a unique key with the caller's own producer. The answer comes after the
   * caller's transaction has committed, so it must not be waited for before; it never comes if that
   * aborts, and the future fails after 15 minutes.
   */
  CompletableFuture<Admission> enqueueUnique(Job job, Producer<byte[], byte[]> producer);

  /**
   * Leases a job, waiting up to 10 s for one, by the HTTP API of an orchestrator: for callers that
   * cannot be a {@link Processor}. The lease lasts 60 s unless it is extended.
   *
   * @return empty if no job came
   * @throws TasksException QUEUE_NOT_FOUND, UNREACHABLE
   */
  Optional<LeasedJob> dequeue(String queue);

  /** Leases several jobs, or with other times; empty if no job came. */
  List<LeasedJob> dequeue(String queue, Dequeue how);

  /** As {@link #dequeue(String, Dequeue)}, without waiting. */
  CompletableFuture<List<LeasedJob>> dequeueAsync(String queue, Dequeue how);

  /**
   * Completes a leased job, and returns once that is on the log. May be called again when it is not
   * known whether a call came through.
   *
   * @param idOrLease {@link LeasedJob#lease}, or the id of a job that this connection has leased
   * @param result what fits JSON; null for none
   * @throws TasksException LEASE_LOST if the lease is not held any more: another worker has the
   *     job, or will; INVALID_RESULT, and the lease is still held; WAIT_TIMEOUT, UNREACHABLE
   */
  void completeJob(String idOrLease, @Nullable Object result);

  /** As {@link #completeJob}, without waiting. */
  CompletableFuture<Void> completeJobAsync(String idOrLease, @Nullable Object result);

  /**
   * Fails the attempt of a leased job, and returns once that is on the log: the retry policy
   * decides what follows, unless the failure does.
   *
   * @throws TasksException as {@link #completeJob}
   */
  void failJob(String idOrLease, LeaseFailure failure);

  /** As {@link #failJob}, without waiting. */
  CompletableFuture<Void> failJobAsync(String idOrLease, LeaseFailure failure);

  /**
   * Lets a lease last this long from now on, from 1 s to 12 h.
   *
   * @return when it ends; the job's own timeout may come first
   * @throws TasksException LEASE_LOST if it is not held any more
   */
  Instant extendLease(String idOrLease, Duration lasting);

  /** As {@link #extendLease}, without waiting. */
  CompletableFuture<Instant> extendLeaseAsync(String idOrLease, Duration lasting);

  /**
   * Enqueues jobs as a batch, and closes it if all were taken. All are checked before the first is
   * sent. If one could not be sent, the batch stays open: enqueue what was refused, with the
   * batch's id, and call {@link #closeBatch}.
   *
   * @param batch the batch's id, which is used once
   * @param jobs of queues that are tracked
   * @param then enqueued once, in the transaction of the orchestrator that sees the last of them
   *     end, whether they ended well or not; with a delay from there if it has one; null for none
   * @throws TasksException INVALID_JOB; what {@link #enqueue(Job)} throws for {@code then}
   */
  List<EnqueueResult> enqueueBatch(String batch, Collection<Job> jobs, @Nullable Job then);

  /** As {@link #enqueueBatch}, without waiting. */
  CompletableFuture<List<EnqueueResult>> enqueueBatchAsync(
      String batch, Collection<Job> jobs, @Nullable Job then);

  /**
   * Says how many jobs a batch has, which were enqueued with {@link Job.Builder#batchId}, before or
   * after. A batch that is closed stays as it is.
   *
   * @param jobs 0 or more
   * @param then as in {@link #enqueueBatch}
   */
  void closeBatch(String batch, long jobs, @Nullable Job then);

  /** As {@link #closeBatch}, without waiting. */
  CompletableFuture<Void> closeBatchAsync(String batch, long jobs, @Nullable Job then);

  /**
   * How a batch is getting on.
   *
   * @throws TasksException JOB_NOT_FOUND if no job of it is known, UNREACHABLE
   */
  BatchStatus batch(String batch);

  /**
   * As {@link #batch}, once all of its jobs have ended, or after this time, at most a minute.
   *
   * @throws TasksException as {@link #batch}
   */
  BatchStatus awaitBatch(String batch, Duration wait);

  /**
   * The record that enqueues a job, for producers of the caller's own; checks what {@link
   * #enqueue(Job)} checks.
   */
  ProducerRecord<byte[], byte[]> toRecord(Job job);

  /**
   * The dead letters of a queue.
   *
   * @param name a queue, or a dead letter queue that queues name as their {@link DeadLetter};
   *     {@code scheduler} for jobs that the scheduler could send nowhere
   * @throws TasksException QUEUE_NOT_FOUND
   */
  DeadLetters deadLetters(String name);
}

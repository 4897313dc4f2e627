package io.clusterdb.tasks.client;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Ordering;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.client.DeadLetterQueue.Replay;
import io.clusterdb.tasks.client.DeadLetterQueue.Replayed;
import io.clusterdb.tasks.kafka.KafkaErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/** One replay: moves dead letters in transactions of a bounded size. Not thread-safe. */
final class ReplayRun implements AutoCloseable {
  private static final int MOST_JOBS = 200;
  private static final long MOST_BYTES = 4 << 20;

  private final TasksRuntime runtime;
  private final String topic;
  private final Replay replay;
  private final Consumer<Replayed> sink;
  private final CatalogSnapshot catalog;
  private final LaneTopics lanes;
  private final Ids ids;
  private final int mostJobs;
  private final @Nullable Producer<byte[], byte[]> producer;
  private final List<Replayed> pending = new ArrayList<>();
  private long pendingBytes;
  private long moved;
  private long startedAt;

  ReplayRun(TasksRuntime runtime, String topic, Replay replay, Consumer<Replayed> sink) {
    this.runtime = runtime;
    this.topic = topic;
    this.replay = replay;
    this.sink = sink;
    this.catalog = runtime.catalog().latest();
    this.lanes = new LaneTopics(runtime.topics(), runtime.catalogWriter()::change);
    this.ids = new Ids(runtime.clock(), SharedRandom.seeded());
    this.mostJobs =
        replay.perSecond() > 0
            ? Math.clamp((long) (replay.perSecond() / 4), 1, MOST_JOBS)
            : MOST_JOBS;
    this.producer =
        replay.dryRun()
            ? null
            : runtime
                .clients()
                .producer(
                    ClientSettings.replayProducer(runtime.names().replayTransactionalId(topic)));
  }

  /** Fences another replay of the topic; what it has moved is gone from the log from here on. */
  void start() {
    startedAt = System.nanoTime();
    if (producer != null) {
      tryTo(producer::initTransactions);
    }
  }

  void take(DeadJob job) {
    if (!replay.which().test(job)) {
      return;
    }
    Queue queue;
    try {
      queue = target(job);
    } catch (TasksException e) {
      pending.add(new Replayed.Refused(job, e));
      return;
    }
    String run = ids.run();
    if (producer != null) {
      Priority lane = lane(job, queue);
      lanes.ensure(queue, lane);
      String target = runtime.names().queue(queue.name(), lane);
      send(producer, job, target, run);
    }
    pending.add(new Replayed.Done(job, queue.name(), run));
    if (pending.size() >= mostJobs || pendingBytes >= MOST_BYTES) {
      commit();
      keepPace();
    }
  }

  void finish() {
    commit();
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(1)); // aborts what is open
    }
  }

  private Queue target(DeadJob job) {
    String name = replay.to() == null ? job.queue() : replay.to();
    if (name == null) {
      throw new TasksException(
          ErrorCode.INVALID_RECORD,
          "dead letter %s does not say which queue it comes from. Name one with --to."
              .formatted(job.id()));
    }
    Queue queue = catalog.queue(name);
    if (queue == null) {
      throw Router.notFound(name, ", to take dead letter " + job.id());
    }
    return queue;
  }

  private static Priority lane(DeadJob job, Queue queue) {
    try {
      return queue.ordering() == Ordering.KEY ? Priority.NORMAL : Priority.parse(job.priority());
    } catch (IllegalArgumentException e) {
      return Priority.NORMAL; // The header may be what made it a dead letter.
    }
  }

  private void send(Producer<byte[], byte[]> open, DeadJob job, String target, String run) {
    tryTo(
        () -> {
          if (pendingBytes == 0) {
            open.beginTransaction();
          }
          var unusedJob = open.send(ReplayRecords.job(job, target, run, runtime.clock().millis()));
          var unusedTombstone = open.send(ReplayRecords.tombstone(job));
        });
    byte[] value = job.record().value();
    pendingBytes += 1 + (value == null ? 0 : value.length);
  }

  private void commit() {
    if (producer != null && pendingBytes > 0) {
      tryTo(producer::commitTransaction);
    }
    pendingBytes = 0;
    moved += pending.size();
    pending.forEach(sink);
    pending.clear();
  }

  private void keepPace() {
    if (replay.perSecond() <= 0 || replay.dryRun()) {
      return;
    }
    long due = startedAt + (long) (moved / replay.perSecond() * 1e9);
    try {
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
    } catch (InterruptedException e) {
      throw KafkaErrors.of("replay dead letters", runtime.config().bootstrap(), e);
    }
  }

  private void tryTo(Runnable step) {
    try {
      step.run();
    } catch (KafkaException e) {
      Throwable cause = KafkaErrors.unwrap(e);
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        throw new TasksException(
            ErrorCode.CONFLICT,
            "another replay of %s took over. What is not replayed yet is where it was; start again if the other one stopped."
                .formatted(topic),
            e);
      }
      throw KafkaErrors.of("replay dead letters", runtime.config().bootstrap(), e);
    }
  }
}

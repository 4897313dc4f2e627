package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.Processor;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Schedule;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.TasksRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts how late jobs start that tell when they were due, in a worker of this process, by this
 * machine's clock. Thread-safe.
 */
final class Lateness implements AutoCloseable {
  private static final String TYPE = "Due";

  private final Histogram micros = new ConcurrentHistogram(3);
  private final AtomicInteger early = new AtomicInteger();
  private final AtomicInteger started = new AtomicInteger();
  private final String queue;
  private final Processor processor;

  private Lateness(Tasks tasks, String queue) {
    this.queue = queue;
    this.processor =
        Processor.on(tasks)
            .queue(queue)
            .action(TYPE, String.class, (due, context) -> take(Long.parseLong(due)))
            .start();
  }

  /** Starts a worker of a new queue. */
  static Lateness start(Tasks tasks, String queue) throws InterruptedException {
    tasks.queues().createQueue(Queue.named(queue).concurrency(200).build());
    Lateness lateness = new Lateness(tasks, queue);
    lateness.processor.awaitReady(Duration.ofSeconds(30));
    return lateness;
  }

  /** A job that is due then. */
  Job job(Instant due) {
    return Job.of(TYPE, Long.toString(due.toEpochMilli()))
        .queue(queue)
        .schedule(Schedule.at(due))
        .build();
  }

  private void take(long due) {
    Instant now = Instant.now();
    long late = Duration.between(Instant.ofEpochMilli(due), now).toNanos() / 1_000;
    if (late < 0) {
      early.incrementAndGet();
    }
    micros.recordValue(Math.max(0, late));
    started.incrementAndGet();
  }

  /** Forgets what was counted. */
  void reset() {
    micros.reset();
  }

  /** Waits until so many have started in all. */
  void await(int jobs, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (started.get() < jobs) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%d of %d delayed jobs did not come".formatted(jobs - started.get(), jobs));
      }
      Thread.sleep(5);
    }
  }

  /** Jobs that have started. */
  int started() {
    return started.get();
  }

  /** Jobs that started before their time. */
  int early() {
    return early.get();
  }

  /** How long after it was due the last job came to its queue, in milliseconds. */
  double lastDeparture(Tasks tasks, Instant due) {
    TasksRuntime runtime = TasksRuntime.of(tasks);
    String topic = runtime.names().queue(queue);
    long last = 0;
    try (KafkaConsumer<byte[], byte[]> consumer = runtime.clients().consumer(Map.of())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      for (ConsumerRecords<byte[], byte[]> next = consumer.poll(Duration.ofSeconds(1));
          !next.isEmpty();
          next = consumer.poll(Duration.ofSeconds(1))) {
        for (ConsumerRecord<byte[], byte[]> job : next) {
          last = Math.max(last, job.timestamp());
        }
      }
    }
    return last - due.toEpochMilli();
  }

  double millis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1_000.0;
  }

  double worst() {
    return micros.getMaxValue() / 1_000.0;
  }

  @Override
  public void close() {
    processor.close();
  }
}

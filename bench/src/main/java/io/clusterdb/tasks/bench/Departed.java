package io.clusterdb.tasks.bench;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what comes to a queue, on a thread of its own, as its workers see it. The ids of its jobs
 * start with the time when they are due.
 */
final class Departed implements AutoCloseable {
  private static final Duration SETTLED = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<String> seen = new HashSet<>();
  private final Thread thread;
  private volatile boolean closed;
  private long late;
  private long stall;
  private int doubled;

  private Departed(KafkaConsumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
    this.thread = Thread.ofPlatform().name("departed").unstarted(this::read);
  }

  /**
   * What was seen since the last reset.
   *
   * @param lateMillis how late the latest job was written to its queue
   * @param stallMillis how long a job was there before a reader of what is committed could see it
   * @param doubled jobs that came twice
   * @param jobs jobs that came in all
   */
  record Worst(long lateMillis, long stallMillis, int doubled, int jobs) {}

  static Departed of(Tasks tasks, String queue) {
    TasksRuntime runtime = TasksRuntime.of(tasks);
    KafkaConsumer<byte[], byte[]> consumer = runtime.clients().consumer(Map.of());
    List<TopicPartition> partitions =
        consumer.partitionsFor(runtime.names().queue(queue)).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Departed departed = new Departed(consumer);
    departed.thread.start();
    return departed;
  }

  private void read() {
    while (!closed) {
      consumer.poll(Duration.ofMillis(10)).forEach(this::take);
    }
    consumer.close();
  }

  private synchronized void take(ConsumerRecord<byte[], byte[]> job) {
    long now = System.currentTimeMillis();
    String id = Objects.requireNonNull(HeaderText.of(job.headers(), JobHeaders.ID));
    long due = Long.parseLong(id.substring(0, id.indexOf('-')));
    late = Math.max(late, job.timestamp() - due);
    stall = Math.max(stall, now - job.timestamp());
    if (!seen.add(id)) {
      doubled++;
    }
  }

  /** Gives the schedulers time to hand out their shares. */
  void settle() throws InterruptedException {
    Thread.sleep(SETTLED.toMillis());
  }

  /** Forgets the worst so far. */
  synchronized void reset() {
    late = 0;
    stall = 0;
  }

  /** Waits until so many have come. */
  Worst worst(int jobs) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (count() < jobs) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%d of %d delayed jobs did not come".formatted(jobs - count(), jobs));
      }
      Thread.sleep(50);
    }
    synchronized (this) {
      return new Worst(late, stall, doubled, seen.size());
    }
  }

  private synchronized int count() {
    return seen.size();
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}

package io.clusterdb.tasks.it.cluster;

import io.clusterdb.tasks.client.TasksRuntime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * For how long open transactions hold readers of the outcomes and of the workflows' events back.
 * Looks twice a second where brokers answer at once; how long it took between two looks, at most,
 * says how exact it is.
 */
final class Readers implements AutoCloseable {
  private static final int EVERY_MS = 500;

  private final TasksRuntime tasks;
  private final Stalls stalls = new Stalls();
  private final Thread thread;
  private int looks;
  private long lookedAt;
  private long longestPause;
  private volatile boolean open = true;

  Readers(TasksRuntime tasks) {
    this.tasks = tasks;
    thread = Thread.ofPlatform().daemon().name("readers").start(this::run);
  }

  private void run() {
    try {
      while (open) {
        try {
          look();
        } catch (ExecutionException e) {
          // A broker is away, or there are no topics yet; the report says how often it was seen.
        }
        TimeUnit.MILLISECONDS.sleep(EVERY_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    tasks
        .admin()
        .describeTopics(List.of(tasks.names().events(), tasks.names().workflowEvents()))
        .allTopicNames()
        .get()
        .forEach(
            (topic, found) ->
                found
                    .partitions()
                    .forEach(
                        each ->
                            asked.put(
                                new TopicPartition(topic, each.partition()), OffsetSpec.latest())));
    // The committed end first: what comes between the two requests would look held back for once.
    Map<TopicPartition, ListOffsetsResultInfo> committed =
        ends(asked, IsolationLevel.READ_COMMITTED);
    Map<TopicPartition, ListOffsetsResultInfo> all = ends(asked, IsolationLevel.READ_UNCOMMITTED);
    saw(committed, all, System.nanoTime());
  }

  private Map<TopicPartition, ListOffsetsResultInfo> ends(
      Map<TopicPartition, OffsetSpec> asked, IsolationLevel level)
      throws ExecutionException, InterruptedException {
    return tasks.admin().listOffsets(asked, new ListOffsetsOptions(level)).all().get();
  }

  private synchronized void saw(
      Map<TopicPartition, ListOffsetsResultInfo> committed,
      Map<TopicPartition, ListOffsetsResultInfo> all,
      long now) {
    if (looks > 0) {
      longestPause = Math.max(longestPause, now - lookedAt);
    }
    looks++;
    lookedAt = now;
    committed.forEach(
        (partition, seen) -> {
          ListOffsetsResultInfo end = all.get(partition);
          if (end != null) {
            stalls.saw(partition, seen.offset(), seen.offset() < end.offset(), now);
          }
        });
  }

  /** Seconds for which the partition that was held back longest was, around a fault. */
  synchronized double held(long from, long to) {
    return stalls.longest(from, to);
  }

  /** How well it has looked. */
  @Override
  public synchronized String toString() {
    return "readers were looked at %d times, at most %.1f s apart"
        .formatted(looks, longestPause / 1e9);
  }

  @Override
  public void close() {
    open = false;
    thread.interrupt();
  }
}

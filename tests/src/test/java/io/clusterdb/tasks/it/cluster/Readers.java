package io.clusterdb.tasks.it.cluster;

import io.clusterdb.tasks.client.TasksRuntime;
import java.util.ArrayList;
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
 * For how long open transactions hold readers of the outcomes and of the workflows' events back:
 * there is more in a partition, and the end that readers of what is committed see stands still.
 * Looks twice a second, which is how exact it is.
 */
final class Readers implements AutoCloseable {
  private static final int EVERY_MS = 500;

  /** Transactions that are under way hold readers back too, for a moment. */
  private static final long SHORT = 1_000_000_000L;

  private record Held(long from, long to) {}

  private record Still(long end, long since) {}

  private final TasksRuntime tasks;
  private final Map<TopicPartition, Still> still = new HashMap<>();
  private final List<Held> held = new ArrayList<>();
  private final Thread thread;
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
          // A broker is away: what is held back stays so until the next answer.
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
    long now = System.nanoTime();
    committed.forEach(
        (partition, seen) -> {
          ListOffsetsResultInfo end = all.get(partition);
          if (end != null) {
            saw(partition, seen.offset(), end.offset(), now);
          }
        });
  }

  private Map<TopicPartition, ListOffsetsResultInfo> ends(
      Map<TopicPartition, OffsetSpec> asked, IsolationLevel level)
      throws ExecutionException, InterruptedException {
    return tasks.admin().listOffsets(asked, new ListOffsetsOptions(level)).all().get();
  }

  private void saw(TopicPartition partition, long committed, long end, long now) {
    Still before = still.get(partition);
    if (before != null && before.end() == committed) {
      return; // Still the same end, or nothing has come at all.
    }
    if (before != null && now - before.since() > SHORT) {
      synchronized (held) {
        held.add(new Held(before.since(), now));
      }
    }
    if (committed < end) {
      still.put(partition, new Still(committed, now));
    } else {
      still.remove(partition);
    }
  }

  /** Seconds for which the partition that was held back longest was, around a fault. */
  double held(long from, long to) {
    synchronized (held) {
      return held.stream()
              .filter(each -> each.to() > from && each.from() < to + Timeline.AFTER)
              .mapToLong(each -> each.to() - each.from())
              .max()
              .orElse(0)
          / 1e9;
    }
  }

  @Override
  public void close() {
    open = false;
    thread.interrupt();
  }
}

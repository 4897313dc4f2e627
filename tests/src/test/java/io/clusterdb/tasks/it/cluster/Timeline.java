package io.clusterdb.tasks.it.cluster;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.it.cluster.Ledger.Promise;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;

/** For how long the parts of the platform stood still around a fault. */
final class Timeline {
  private static final int PARTITIONS = 8;

  /** What a fault brings about shows within this, in nanoseconds. */
  static final long AFTER = 30_000_000_000L;

  /** When jobs began, by partition of their queue, in order. */
  private final Map<Integer, List<Long>> starts = new HashMap<>();

  /** When events of runs came, by partition. */
  private final Map<Integer, List<Long>> runs = new HashMap<>();

  /** When timed jobs came, with how late they were in milliseconds. */
  private final List<long[]> late = new ArrayList<>();

  private Timeline() {}

  static Timeline of(TasksRuntime tasks, Ledger ledger, List<Attempted> attempts) {
    Timeline timeline = new Timeline();
    for (Attempted each : attempts) {
      if (each.queue().equals(Load.PLAIN)) {
        int partition =
            Utils.toPositive(Utils.murmur2(each.id().getBytes(StandardCharsets.UTF_8)))
                % PARTITIONS;
        timeline.starts.computeIfAbsent(partition, any -> new ArrayList<>()).add(each.start());
      }
    }
    // The clocks of a machine: what brokers stamp, as monotonic nanoseconds.
    long offset = System.nanoTime() - tasks.clock().millis() * 1_000_000;
    for (ConsumerRecord<byte[], byte[]> record :
        Topics.read(tasks, tasks.names().workflowEvents())) {
      timeline
          .runs
          .computeIfAbsent(record.partition(), any -> new ArrayList<>())
          .add(record.timestamp() * 1_000_000 + offset);
    }
    for (ConsumerRecord<byte[], byte[]> record :
        Topics.read(tasks, tasks.names().queue(Load.LATER))) {
      Promise promise =
          ledger.byId().get(String.valueOf(HeaderText.of(record.headers(), JobHeaders.ID)));
      if (promise != null && Topics.attempt(record).equals("1")) {
        timeline.late.add(
            new long[] {
              record.timestamp() * 1_000_000 + offset, record.timestamp() - promise.dueMs()
            });
      }
    }
    timeline.starts.values().forEach(times -> times.sort(null));
    timeline.runs.values().forEach(times -> times.sort(null));
    return timeline;
  }

  /** Seconds for which the partition of jobs that stood still longest did. */
  double jobsStill(long from, long to) {
    return longestGap(starts, from, to);
  }

  /** Seconds for which the partition of runs that stood still longest did. */
  double runsStill(long from, long to) {
    return longestGap(runs, from, to);
  }

  /** How many seconds late the latest timed job came. */
  double latest(long from, long to) {
    return late.stream()
            .filter(each -> each[0] >= from && each[0] <= to + AFTER)
            .mapToLong(each -> each[1])
            .max()
            .orElse(0)
        / 1_000.0;
  }

  private static double longestGap(Map<Integer, List<Long>> all, long from, long to) {
    long longest = 0;
    for (List<Long> times : all.values()) {
      for (int i = 1; i < times.size(); i++) {
        long begin = times.get(i - 1);
        long end = times.get(i);
        if (end > from && begin < to + AFTER) {
          longest = Math.max(longest, end - begin);
        }
      }
    }
    return longest / 1e9;
  }
}

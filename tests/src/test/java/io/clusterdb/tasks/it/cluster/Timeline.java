package io.clusterdb.tasks.it.cluster;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.it.cluster.Ledger.Promise;
import io.clusterdb.tasks.record.HeaderText;
import io.clusterdb.tasks.record.JobHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** For how long jobs and runs waited around a fault. */
final class Timeline {
  /** What a fault brings about shows within this, in nanoseconds. */
  static final long AFTER = 30_000_000_000L;

  /** From when a caller was told of it to when it began, in monotonic nanoseconds. */
  record Wait(String id, long asked, long begun) {
    long nanos() {
      return begun - asked;
    }
  }

  /** When a timed job came, in monotonic nanoseconds, and by how many milliseconds it was late. */
  record Late(long came, long byMs) {}

  private final List<Wait> jobs;
  private final List<Wait> runs;

  private final List<Late> timed;

  /** What happened, in any order. */
  Timeline(List<Wait> jobs, List<Wait> runs, List<Late> timed) {
    this.jobs = jobs;
    this.runs = runs;
    this.timed = timed;
  }

  static Timeline of(TasksRuntime tasks, Ledger ledger, List<Attempted> attempts) {
    Map<String, Long> begun = new HashMap<>();
    for (Attempted each : attempts) {
      if (each.queue().equals(Load.PLAIN)) {
        begun.merge(each.id(), each.start(), Math::min);
      }
    }
    // The clocks of a machine: what brokers stamp, as monotonic nanoseconds.
    long offset = System.nanoTime() - tasks.clock().millis() * 1_000_000;
    Map<String, Long> started = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        Topics.read(tasks, tasks.names().workflowEvents())) {
      started.merge(
          new String(record.key(), StandardCharsets.UTF_8),
          record.timestamp() * 1_000_000 + offset,
          Math::min);
    }
    List<Late> timed = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        Topics.read(tasks, tasks.names().queue(Load.LATER))) {
      Promise promise =
          ledger.byId().get(String.valueOf(HeaderText.of(record.headers(), JobHeaders.ID)));
      if (promise != null && Topics.attempt(record).equals("1")) {
        timed.add(
            new Late(
                record.timestamp() * 1_000_000 + offset, record.timestamp() - promise.dueMs()));
      }
    }
    return new Timeline(
        waits(ledger.acknowledgedAt(), begun), waits(ledger.runsAt(), started), timed);
  }

  /** Seconds that the job that waited longest did, from when its caller was told of it. */
  double jobsWaited(long from, long to) {
    return longest(jobs, from, to);
  }

  /** The jobs that waited longest, for whoever asks why. */
  List<Wait> longestJobs(int most) {
    return jobs.stream()
        .sorted(Comparator.comparingLong(Wait::nanos).reversed())
        .limit(most)
        .toList();
  }

  /** Seconds until the first event of the run that waited longest for it. */
  double runsWaited(long from, long to) {
    return longest(runs, from, to);
  }

  /** How many seconds late the latest timed job came. */
  double latest(long from, long to) {
    return timed.stream()
            .filter(each -> each.came() >= from && each.came() <= to + AFTER)
            .mapToLong(Late::byMs)
            .max()
            .orElse(0)
        / 1_000.0;
  }

  static List<Wait> waits(Map<String, Long> asked, Map<String, Long> begun) {
    List<Wait> waits = new ArrayList<>();
    asked.forEach(
        (id, at) -> {
          Long then = begun.get(id);
          if (then != null) {
            waits.add(new Wait(id, at, then));
          }
        });
    return waits;
  }

  /** What waited before the fault already counts from it. */
  private static double longest(List<Wait> waits, long from, long to) {
    return waits.stream()
            .filter(each -> each.begun() > from && each.asked() < to + AFTER)
            .mapToLong(each -> each.begun() - Math.max(each.asked(), from))
            .max()
            .orElse(0)
        / 1e9;
  }
}

package io.clusterdb.tasks.orchestrator.tracker.topology;

import io.clusterdb.tasks.orchestrator.tracker.engine.TrackerCounts;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The tracker's partitions of this process as queries see them: their counts, and who waits for a
 * job to be seen. Thread-safe.
 */
public final class TrackerViews {
  private final Map<Integer, TrackerCounts> counts = new ConcurrentHashMap<>();
  private final Set<Integer> building = ConcurrentHashMap.newKeySet();
  private final Map<String, CountDownLatch> waiting = new ConcurrentHashMap<>();
  private final LongAdder skipped = new LongAdder();

  /** Creates it without any. */
  public TrackerViews() {}

  /** Counts by partition, of those that this process owns now. */
  public Map<Integer, TrackerCounts> counts() {
    return counts;
  }

  /** Records that could not be read, and were left out. */
  public long skipped() {
    return skipped.sum();
  }

  /** Whether this process decides now what is known of a partition's jobs. */
  public boolean owns(int partition) {
    return counts.containsKey(partition) || building.contains(partition);
  }

  /** Partitions whose lists and counts are being made; states of single jobs are there. */
  public int building() {
    return building.size();
  }

  void building(int partition) {
    building.add(partition);
  }

  void opened(int partition, TrackerCounts partitionCounts) {
    building.remove(partition);
    counts.put(partition, partitionCounts);
  }

  void closed(int partition) {
    building.remove(partition);
    counts.remove(partition);
  }

  void skip() {
    skipped.increment();
  }

  /** Says that something was heard of a job; costs next to nothing while nobody waits. */
  void heard(String jobId) {
    if (!waiting.isEmpty()) {
      CountDownLatch latch = waiting.remove(jobId);
      if (latch != null) {
        latch.countDown();
      }
    }
  }

  /** Gets ready to wait for news of a job; to be asked for before the store is looked at. */
  public CountDownLatch watch(String jobId) {
    return waiting.computeIfAbsent(jobId, id -> new CountDownLatch(1));
  }

  /** Waits for news. */
  public void await(String jobId, CountDownLatch latch, Duration limit)
      throws InterruptedException {
    if (!latch.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      waiting.remove(jobId, latch);
      latch.countDown(); // whoever shares it looks again
    }
  }
}

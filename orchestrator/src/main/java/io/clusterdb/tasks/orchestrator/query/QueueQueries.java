package io.clusterdb.tasks.orchestrator.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Tracking;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerParts;
import io.clusterdb.tasks.orchestrator.tracker.topology.TrackerViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says how queues are getting on, from the counts of all instances and the brokers. Thread-safe.
 */
public final class QueueQueries implements AutoCloseable {
  private final Cluster cluster;
  private final TrackerViews views;
  private final TasksRuntime runtime;
  private final int partitions;
  private final Probe probe;
  private final Sampler sampler;

  /**
   * Creates it.
   *
   * @param partitions how many the tracker has
   * @param facts the topic between the tracker's two halves
   */
  public QueueQueries(
      Cluster cluster, TrackerViews views, TasksRuntime runtime, int partitions, String facts) {
    this.cluster = cluster;
    this.views = views;
    this.runtime = runtime;
    this.partitions = partitions;
    this.probe = new Probe(runtime, facts);
    this.sampler = new Sampler(queues -> probe.of(queues), cluster.ticker());
  }

  /** What this instance's partitions count of a queue. */
  public JsonNode countsHere(String queue) {
    return Tally.here(queue, views.counts(), runtime.clock().millis());
  }

  /** What this instance's partitions count of every queue. */
  public JsonNode countsHere() {
    return Tally.here(views.counts(), runtime.clock().millis());
  }

  /**
   * How every queue of the catalog is getting on, by name.
   *
   * @throws TasksException UNREACHABLE if the brokers don't answer
   * @throws Unavailable if a partition is on the move
   */
  public List<QueueStats> all() throws InterruptedException {
    List<JsonNode> counts =
        cluster.askAll(
            TrackerParts.JOBS, partitions, "/internal/counts", this::countsHere, Tally::partitions);
    Map<String, Queue> queues = new TreeMap<>(runtime.catalog().current().queues());
    List<Sample> samples = sampler.of(List.copyOf(queues.keySet()));
    List<QueueStats> all = new ArrayList<>();
    for (Queue queue : queues.values()) {
      all.add(stats(queue, Tally.of(counts, queue.name()), samples.get(all.size())));
    }
    return all;
  }

  /**
   * How a queue is getting on.
   *
   * @throws TasksException QUEUE_NOT_FOUND, UNREACHABLE if the brokers don't answer
   * @throws Unavailable if a partition is on the move
   */
  public QueueStats stats(String name) throws InterruptedException {
    Queue queue = queue(name);
    Tally tally =
        Tally.of(
            cluster.askAll(
                TrackerParts.JOBS,
                partitions,
                "/internal/queues/" + JobQueries.encoded(name) + "/counts",
                () -> countsHere(name),
                Tally::partitions));
    return stats(queue, tally, sampler.of(name));
  }

  private QueueStats stats(Queue queue, Tally tally, Sample sample) {
    String name = queue.name();
    boolean tracked = queue.tracking() == Tracking.FULL;
    Map<Priority, Long> depths = tracked ? tally.byLane() : sample.depths();
    return new QueueStats(
        name,
        runtime.catalog().current().paused().contains(name),
        depths.values().stream().mapToLong(Long::longValue).sum(),
        tally.byState(),
        depths,
        age(sample.oldest()),
        tally.enqueuedPerSecond(),
        tally.finishedPerSecond(),
        tally.errorRate(),
        sample.workers(),
        sample.partitions(),
        sample.lag(),
        sample.trackerLag());
  }

  private @Nullable Double age(@Nullable Long since) {
    return since == null ? null : Math.max(0, runtime.clock().millis() - since) / 1_000.0;
  }

  /**
   * The name again, if a queue has it.
   *
   * @throws TasksException QUEUE_NOT_FOUND
   */
  public String known(String name) {
    return queue(name).name();
  }

  private Queue queue(String name) {
    Queue known = runtime.catalog().current().queue(name);
    if (known == null) {
      known = runtime.catalog().latest().queue(name);
    }
    if (known == null) {
      throw new TasksException(
          ErrorCode.QUEUE_NOT_FOUND,
          "expected a queue in the catalog, found none named %s. Create it, or see `tasks queue list`."
              .formatted(name));
    }
    return known;
  }

  @Override
  public void close() throws InterruptedException {
    sampler.close();
    probe.close();
  }
}

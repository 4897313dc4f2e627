package io.clusterdb.tasks.sizing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How large a platform should be for a load. The figures are a start, to be replaced by measures of
 * the real load; docs/sizing.md explains each. Immutable.
 *
 * @param busySlots jobs that run at once at the peak
 * @param workers worker processes
 * @param concurrency jobs at once in each
 * @param partitions of the queue
 * @param sharedPartitions of the topics that all queues share
 * @param workerHeapBytes Java heap of a worker
 * @param workerBytes memory of a worker's container
 * @param orchestrators instances of the orchestrator
 * @param orchestratorBytes memory of each
 * @param orchestratorStateBytes state directory of each
 * @param schedulers instances of the scheduler
 * @param schedulerBytes memory of each
 * @param schedulerStateBytes state directory of each
 * @param queueDiskBytes of consumed jobs, all copies
 * @param platformDiskBytes of events and the changelogs of state, all copies
 * @param brokers that carry it
 * @param brokerDiskBytes what each stores, with reserve
 * @param brokerInBytesPerSecond what each writes at the peak
 * @param catchUpSeconds how long an hour's backlog takes to go at the average load; null if it
 *     never does
 */
public record Sizing(
    double busySlots,
    int workers,
    int concurrency,
    int partitions,
    int sharedPartitions,
    long workerHeapBytes,
    long workerBytes,
    int orchestrators,
    long orchestratorBytes,
    long orchestratorStateBytes,
    int schedulers,
    long schedulerBytes,
    long schedulerStateBytes,
    long queueDiskBytes,
    long platformDiskBytes,
    int brokers,
    long brokerDiskBytes,
    long brokerInBytesPerSecond,
    @Nullable Long catchUpSeconds) {
  /** Part of the slots that is busy at the peak; the rest is for unevenness. */
  static final double BUSY = 0.7;

  /** Part of a disk that is filled; the rest is for segments that are not trimmed yet. */
  static final double FULL = 0.7;

  /** Key, headers and the frame of a job's record, uncompressed. */
  static final long JOB_OVERHEAD = 350;

  /** An outcome's event with its key, uncompressed. */
  static final long EVENT_BYTES = 300;

  /** What the tracker writes for a job: on the way to its partition, and of state. */
  static final long FACT_BYTES = 150;

  static final long STATE_BYTES = 250;

  /** A changelog holds what is overwritten until it is compacted. */
  static final int COMPACTION = 2;

  static final Duration EVENTS_KEPT = Duration.ofDays(7);
  static final Duration STATE_KEPT = Duration.ofHours(24);

  /** Jobs a second that one worker process is planned for, whatever its handlers. */
  static final double JOBS_PER_WORKER = 20_000;

  /** Jobs a second that one shared partition is planned for. */
  static final double JOBS_PER_SHARED_PARTITION = 2_000;

  /** Jobs a second that one orchestrator is planned for. */
  static final double JOBS_PER_ORCHESTRATOR = 10_000;

  static final long BYTES_PER_PARTITION = 5_000_000;
  static final long BYTES_PER_BROKER = 50_000_000;
  static final int REPLICAS_PER_BROKER = 4_000;
  static final int USUAL_CONCURRENCY = 50;
  static final int LEAST_PARTITIONS = 8;
  static final int MOST_PARTITIONS = 10_000;
  static final int MOST_SHARED = 1_000;

  private static final long MIB = 1 << 20;

  /** What a Java process takes beside its heap: code, threads, network buffers. */
  private static final long BESIDE_HEAP = 256 * MIB;

  /**
   * The sizes for a load.
   *
   * @throws IllegalArgumentException if one queue cannot carry it
   */
  public static Sizing of(Load load) {
    Demand demand = Demand.of(load);
    Workers workers = Workers.of(load);
    int partitions = partitions(demand, workers);
    int shared =
        Math.clamp(
            (long) Math.ceil(demand.peakAttempts() / JOBS_PER_SHARED_PARTITION),
            LEAST_PARTITIONS,
            MOST_SHARED);
    int instances = load.replication() > 1 ? 2 : 1;
    int orchestrators =
        Math.max(instances, (int) Math.ceil(demand.peakAttempts() / JOBS_PER_ORCHESTRATOR));
    Brokers brokers = Brokers.of(load, demand, partitions, shared);
    return new Sizing(
        demand.busySlots(),
        workers.count(),
        workers.concurrency(),
        partitions,
        shared,
        workers.heap(),
        workers.heap() + BESIDE_HEAP,
        orchestrators,
        1024 * MIB,
        copies(demand.trackerBytes(), orchestrators),
        instances,
        768 * MIB,
        copies(demand.waitingBytes(), instances),
        demand.queueBytes() * load.replication(),
        demand.platformBytes() * load.replication(),
        brokers.count(),
        brokers.disk(),
        brokers.in(),
        workers.catchUpSeconds());
  }

  /** Each worker has the same number, and each can be doubled before partitions must be added. */
  private static int partitions(Demand demand, Workers workers) {
    long wanted =
        Math.max(
            Math.max(2L * workers.count(), LEAST_PARTITIONS),
            demand.peakJobBytes() / BYTES_PER_PARTITION + 1);
    long even = (wanted + workers.count() - 1) / workers.count() * workers.count();
    if (even > MOST_PARTITIONS) {
      throw new IllegalArgumentException(
          "expected a load for at most %d partitions, found one for %d. Spread it over several queues, or raise the concurrency"
              .formatted(MOST_PARTITIONS, even));
    }
    return (int) even;
  }

  /** A share of a store for each instance, and a standby copy where there are several. */
  private static long copies(long bytes, int instances) {
    return instances == 1 ? bytes : bytes * 2 / instances;
  }
}

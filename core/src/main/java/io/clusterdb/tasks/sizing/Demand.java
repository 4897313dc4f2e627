package io.clusterdb.tasks.sizing;

import java.time.Duration;

/**
 * What a load asks for, whoever carries it; bytes are of one copy.
 *
 * @param busySlots jobs that run at once at the peak
 * @param peakAttempts attempts a second at the peak
 * @param peakJobBytes a second into the queue's topics
 * @param peakBytes a second into all topics
 * @param queueBytes consumed jobs that are kept
 * @param platformBytes events and changelogs
 * @param trackerBytes state of jobs
 * @param waitingBytes state of jobs that wait for their time
 */
record Demand(
    double busySlots,
    double peakAttempts,
    long peakJobBytes,
    long peakBytes,
    long queueBytes,
    long platformBytes,
    long trackerBytes,
    long waitingBytes) {
  static Demand of(Load load) {
    double peak = load.peakPerSecond() * load.attempts();
    double average = load.averagePerSecond() * load.attempts();
    long job = load.payloadBytes() + Sizing.JOB_OVERHEAD;
    Duration tracked =
        load.retention().compareTo(Sizing.STATE_KEPT) < 0 ? load.retention() : Sizing.STATE_KEPT;
    long tracker = (long) (load.averagePerSecond() * seconds(tracked) * Sizing.STATE_BYTES);
    long waiting = load.waiting() * job;
    return new Demand(
        Math.round(peak * seconds(load.handlerTime()) * 100) / 100.0,
        peak,
        (long) (peak * job),
        (long) (peak * (job + Sizing.EVENT_BYTES + Sizing.FACT_BYTES + Sizing.STATE_BYTES)),
        (long) (average * seconds(load.retention()) * job),
        (long) (average * seconds(Sizing.EVENTS_KEPT) * Sizing.EVENT_BYTES)
            + Sizing.COMPACTION * (tracker + waiting),
        tracker,
        waiting);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}

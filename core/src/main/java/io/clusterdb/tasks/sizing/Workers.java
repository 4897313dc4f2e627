package io.clusterdb.tasks.sizing;

import org.jspecify.annotations.Nullable;

/**
 * Worker processes for a load.
 *
 * @param count how many
 * @param concurrency jobs at once in each
 * @param heap bytes of Java heap of each
 * @param catchUpSeconds how long an hour's backlog takes at the average load; null if it never goes
 */
record Workers(int count, int concurrency, long heap, @Nullable Long catchUpSeconds) {
  private static final long MIB = 1 << 20;
  private static final int BUFFERED_TIMES = 4;
  private static final int LEAST_BUFFERED = 2_000;
  private static final int MOST_BUFFERED = 100_000;

  /** At most this is buffered for a queue, whatever its payloads. */
  private static final long MOST_BUFFERED_BYTES = 64 * MIB;

  /** A job in memory beside its payload. */
  private static final long JOB_OBJECTS = 1_500;

  /** What a running handler may have besides, and copies of its payload. */
  private static final long HANDLER_BYTES = 64 << 10;

  private static final int PAYLOAD_COPIES = 4;

  static Workers of(Load load) {
    double seconds = load.handlerTime().toNanos() / 1e9;
    double slots = load.peakPerSecond() * load.attempts() * seconds / Sizing.BUSY;
    int least =
        (int)
            Math.max(
                load.replication() > 1 ? 2 : 1,
                Math.ceil(load.peakPerSecond() * load.attempts() / Sizing.JOBS_PER_WORKER));
    @Nullable Integer each = load.concurrency();
    int usual = each == null ? Sizing.USUAL_CONCURRENCY : each;
    int count = load.workers() == null ? Math.max(least, whole(slots / usual)) : load.workers();
    int concurrency = each == null ? Math.max(1, whole(slots / count)) : each;
    double capacity = count * (double) concurrency / seconds / load.attempts();
    return new Workers(count, concurrency, heap(load, concurrency), catchUp(load, capacity));
  }

  private static int whole(double value) {
    double up = Math.ceil(value - 1e-9); // what is whole but for rounding stays
    if (up > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "expected a load that at most two billion slots carry, found one for " + up);
    }
    return (int) up;
  }

  private static long heap(Load load, int concurrency) {
    long buffered = Math.clamp((long) BUFFERED_TIMES * concurrency, LEAST_BUFFERED, MOST_BUFFERED);
    long queue =
        Math.min(buffered * load.payloadBytes(), MOST_BUFFERED_BYTES) + buffered * JOB_OBJECTS;
    long running = concurrency * (HANDLER_BYTES + PAYLOAD_COPIES * load.payloadBytes());
    long heap = 128 * MIB + queue + running;
    return (heap + 64 * MIB - 1) / (64 * MIB) * (64 * MIB);
  }

  /** An hour's jobs, worked off by what the workers can do beyond the load. */
  private static @Nullable Long catchUp(Load load, double capacity) {
    double spare = capacity - load.averagePerSecond();
    return spare <= 0 ? null : (Long) (long) Math.ceil(3_600 * load.averagePerSecond() / spare);
  }
}

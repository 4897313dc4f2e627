package io.clusterdb.tasks.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * How long a fire is put off: a pure function of the schedule's name and the planned time, so that
 * every instance, before and after a crash, comes to the same. The names of many schedules with one
 * interval spread over the whole jitter.
 */
public final class Jitter {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Jitter() {}

  /** From nothing up to {@code most}, both included, in milliseconds. */
  public static Duration of(String schedule, Instant planned, Duration most) {
    long range = most.toMillis() + 1;
    return range <= 1
        ? Duration.ZERO
        : Duration.ofMillis(Long.remainderUnsigned(mix(hash(schedule, planned)), range));
  }

  /** FNV-1a over the name, then the time. */
  private static long hash(String schedule, Instant planned) {
    long hash = FNV_OFFSET;
    for (byte each : schedule.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (each & 0xff)) * FNV_PRIME;
    }
    return hash ^ (planned.toEpochMilli() * FNV_PRIME);
  }

  /** The finaliser of SplitMix64: each bit of the input moves half of the output's. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}

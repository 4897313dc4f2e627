package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobId;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes ids and runs. Thread-safe if its source of chance is. */
final class Ids {
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final InstantSource clock;
  private final RandomGenerator random;

  Ids(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** The id that a job names, else a new one; always with a new run. */
  JobId of(Job job) {
    String id = job.id();
    return new JobId(id == null ? id() : id, run());
  }

  /** A UUID of version 7 (RFC 9562): ids sort by the time that they were made. */
  String id() {
    long high = (clock.millis() << 16) | VERSION_7 | (random.nextLong() >>> 52);
    long low = VARIANT | (random.nextLong() >>> 2);
    return new UUID(high, low).toString();
  }

  /** 16 random hexadecimal digits. */
  String run() {
    return HexFormat.of().toHexDigits(random.nextLong());
  }
}

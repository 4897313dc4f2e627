package io.clusterdb.tasks.worker.handler;

import java.time.Duration;

/**
 * How commands are run. Immutable; each method that takes a value returns a changed copy.
 *
 * @param killGrace how long a command that must stop has between SIGTERM and SIGKILL; 5 s by
 *     default
 * @param maxResultBytes how long its standard output may be; 256 KiB by default
 */
public record ExecOptions(Duration killGrace, int maxResultBytes) {
  /** 5 s and 256 KiB. */
  public static final ExecOptions DEFAULT = new ExecOptions(Duration.ofSeconds(5), 256 * 1024);

  /** Checks the values. */
  public ExecOptions {
    if (killGrace.isNegative()) {
      throw new IllegalArgumentException("expected a grace of 0 or more, found " + killGrace);
    }
    if (maxResultBytes < 1) {
      throw new IllegalArgumentException(
          "expected a limit of 1 byte or more for results, found " + maxResultBytes);
    }
  }

  /** With this time between SIGTERM and SIGKILL. */
  public ExecOptions killGrace(Duration value) {
    return new ExecOptions(value, maxResultBytes);
  }

  /** With this limit to standard output. */
  public ExecOptions maxResultBytes(int bytes) {
    return new ExecOptions(killGrace, bytes);
  }
}

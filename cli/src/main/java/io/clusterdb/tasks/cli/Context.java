package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What commands work with.
 *
 * @param terminal where they read and write
 * @param options what every command takes
 * @param connector reaches the platform
 * @param stop tells that the process is to end
 * @param clock the time of day
 * @param nanoTime a ticker for durations, in nanoseconds
 */
record Context(
    Terminal terminal,
    GlobalOptions options,
    Connector connector,
    StopSignal stop,
    InstantSource clock,
    LongSupplier nanoTime) {
  /** A connection as the options say; the caller closes it. */
  Tasks connect() {
    return connector.connect(options.config());
  }
}

package io.clusterdb.tasks.spi;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.TraceCounts;
import io.clusterdb.tasks.TracingConfig;
import io.opentelemetry.api.OpenTelemetry;
import java.util.ServiceLoader;

/** Makes what records and sends spans; found by {@link ServiceLoader}. */
public interface TracingProvider {
  /**
   * Begins to send spans as this says.
   *
   * @throws TasksException INVALID_CONFIG if that cannot be
   */
  Telemetry open(TracingConfig config);

  /**
   * The provider on the class path.
   *
   * @throws TasksException INVALID_CONFIG if there is none
   */
  static TracingProvider load() {
    return ServiceLoader.load(TracingProvider.class)
        .findFirst()
        .orElseThrow(
            () ->
                new TasksException(
                    ErrorCode.INVALID_CONFIG,
                    "traces need the artifact io.clusterdb:tasks-telemetry on the class path, and"
                        + " it is not there. Add it to the application's dependencies, hand an"
                        + " OpenTelemetry of its own to configureTelemetry(...), or leave telemetry"
                        + " out of the configuration."));
  }

  /** Records and sends spans until it is closed. Thread-safe. */
  interface Telemetry extends AutoCloseable {
    /** What makes spans. */
    OpenTelemetry openTelemetry();

    /** What became of them so far. */
    TraceCounts counts();

    /** Sends what waits, for some seconds at most, and ends. */
    @Override
    void close();
  }
}

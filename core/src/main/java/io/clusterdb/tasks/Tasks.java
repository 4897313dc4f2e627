package io.clusterdb.tasks;

import io.clusterdb.tasks.client.KafkaTasks;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;

/**
 * A connection to the platform. Thread-safe; one for a process is enough. Closing it closes the
 * processors that were started on it, letting running jobs end first.
 */
public interface Tasks extends AutoCloseable {
  /** Connects to the brokers at these addresses, with defaults for the rest. */
  static Tasks connect(String bootstrapServers) {
    return connect(TasksConfig.of(bootstrapServers));
  }

  /**
   * Connects as the configuration says. Nothing is created or applied until it is asked for.
   *
   * @throws TasksException UNREACHABLE if no broker answers
   */
  static Tasks connect(TasksConfig config) {
    return KafkaTasks.connect(config);
  }

  /**
   * As {@link #connect(TasksConfig)}, measuring into this registry: what processors on this
   * connection do, what is enqueued on it, and its Kafka clients. The registry stays the caller's.
   * Without one nothing is measured.
   *
   * @throws TasksException UNREACHABLE if no broker answers
   */
  static Tasks connect(TasksConfig config, MeterRegistry metrics) {
    return KafkaTasks.connect(config, metrics);
  }

  /** Types of jobs, and work that a caller waits for. */
  TaskManager tasks();

  /** Queues and what is put into them. */
  QueueManager queues();

  /** Schedules. */
  ScheduleManager schedules();

  /**
   * Configures schedules, all or none; others that exist are left alone.
   *
   * @throws TasksException as {@link ScheduleManager#configure}
   */
  default void configureScheduler(Scheduler scheduler) {
    schedules().configure(scheduler.resolved());
  }

  /** Workflows and their runs. */
  WorkflowManager workflows();

  /**
   * Says for the whole platform what is watched and when the orchestrator raises an alert, in place
   * of what was said before. It takes effect within seconds, and lasts until it is said anew.
   *
   * @throws TasksException UNREACHABLE, FORBIDDEN, or CONFLICT if others changed the catalog all
   *     the time
   */
  void configureMonitoring(MetricsConfig monitoring);

  /**
   * Alerts that fire, and those that were over in the last week, of each rule and queue the last;
   * those that fire first, then by time, the newest first. Read from Kafka: needs no orchestrator.
   *
   * @throws TasksException UNREACHABLE, FORBIDDEN
   */
  List<Alert> alerts();

  /**
   * Traces what this connection does from now on as this says, in place of what was said before.
   * What cannot be sent is dropped and counted, and never holds a job up.
   *
   * @throws TasksException INVALID_CONFIG if the artifact {@code tasks-telemetry} is not on the
   *     class path, or an exporter cannot be made
   */
  void configureTelemetry(TracingConfig tracing);

  /**
   * Traces what this connection does from now on with the application's own OpenTelemetry, which
   * samples, exports and is closed by itself; needs no other artifact.
   */
  void configureTelemetry(OpenTelemetry openTelemetry);

  /** What became of the spans that this connection recorded; nothing where it records none. */
  TraceCounts traceCounts();

  /** The configuration of this connection. */
  TasksConfig config();

  /** Closes processors and clients, waiting for running jobs up to their drain timeout. */
  @Override
  void close();
}

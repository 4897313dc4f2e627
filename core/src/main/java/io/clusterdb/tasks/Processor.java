package io.clusterdb.tasks;

import io.clusterdb.tasks.spi.ProcessorProvider;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A worker in this process: consumes queues, runs handlers, settles outcomes. Needs the artifact
 * {@code tasks-worker} at runtime. Thread-safe.
 */
public interface Processor extends AutoCloseable {
  /**
   * Starts to describe a processor on this connection.
   *
   * @throws TasksException INVALID_CONFIG if {@code tasks-worker} is not on the class path
   */
  static Builder on(Tasks tasks) {
    return ProcessorProvider.load().builder(tasks);
  }

  /**
   * Waits until no job of its queues is left, waiting retries and delayed jobs of these queues
   * excepted.
   *
   * @return whether that came within {@code wait}
   */
  boolean awaitEmpty(Duration wait) throws InterruptedException;

  /**
   * Waits until the processor has partitions of every one of its queues and has started on them.
   *
   * @return whether that came within {@code wait}
   */
  boolean awaitReady(Duration wait) throws InterruptedException;

  /**
   * Jobs that this processor holds and has no handler for, by type, once it has nothing else to do;
   * empty before that. They wait for another worker, for {@link Builder#unknownTypeGrace}.
   */
  Map<String, Integer> leftover();

  /** Whether it runs: false after close, and after an error that it could not survive. */
  boolean running();

  /** What it is doing about each of its queues, for health checks; as of a moment ago. */
  Map<String, WorkerState> states();

  /** The name of this instance, as events show it. */
  String instanceId();

  /**
   * Stops taking jobs, lets running ones end until the drain timeout, interrupts the rest (they run
   * again elsewhere), settles and leaves the group. Does nothing when closed already.
   */
  @Override
  void close();

  /** Describes a processor. Not thread-safe. */
  interface Builder {
    /** Consumes this queue too; what follows by {@link #concurrency} is about it. */
    Builder queue(String name);

    /**
     * Jobs at once of the queue named last, or of every queue if none is named yet; the queue's own
     * by default.
     */
    Builder concurrency(int jobs);

    /** Runs jobs of this type, with the payload read as this class. */
    <T> Builder handler(String type, Class<T> payload, JobHandler<T> handler);

    /** Runs jobs of this type, with the payload read as this class, without a result. */
    default <T> Builder action(String type, Class<T> payload, JobAction<T> action) {
      return handler(
          type,
          payload,
          (value, context) -> {
            action.run(value, context);
            return null;
          });
    }

    /** Adds middleware inside that of the queues, outermost first. */
    Builder middleware(Middleware... values);

    /**
     * Where metrics middleware reports to; by default the connection's registry, if it has one,
     * with a timer {@code PREFIX.attempt.duration}.
     */
    Builder metrics(JobMetrics sink);

    /** Applied to a payload's text before it is logged; shows it whole by default. */
    Builder redact(UnaryOperator<String> redaction);

    /**
     * Adds a codec before the built-in ones.
     *
     * @param codec read and write payloads of its media type
     */
    Builder codec(PayloadCodec codec);

    /** A stable name of this instance; random by default. Two with one name fence each other. */
    Builder instanceId(String id);

    /** How long running jobs may go on when the processor closes; 30 s by default. */
    Builder drainTimeout(Duration value);

    /**
     * How long a job of a type that no handler knows waits, from its arrival at this worker, before
     * that costs an attempt; 60 s by default, so that a rolling deploy can finish.
     */
    Builder unknownTypeGrace(Duration value);

    /**
     * Whether the events of failed attempts have the stack trace, for {@link
     * TaskManager#getTaskAttempts} and the console; true by default. One is 8 KiB at most.
     */
    Builder stackTraces(boolean value);

    /**
     * Starts it.
     *
     * @throws TasksException QUEUE_NOT_FOUND, INVALID_CONFIG, UNREACHABLE
     */
    Processor start();
  }
}

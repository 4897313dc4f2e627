package io.clusterdb.tasks.orchestrator.lease;

import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.worker.HandoutProcessor;
import io.clusterdb.tasks.worker.run.Handout;
import java.time.Duration;

/** Where a desk's jobs come from. Thread-safe. */
interface Source extends AutoCloseable {
  /** So many jobs more are asked for than before. */
  void wanted(int jobs);

  /** Whether it has started to take jobs. */
  boolean ready();

  /** Whether it still runs. */
  boolean running();

  /** Ends it, after what is leased has had a moment to end. */
  @Override
  void close();

  /** A worker of the queue. */
  static Source worker(
      TasksRuntime runtime, String queue, int most, Duration drain, Handout handout) {
    HandoutProcessor processor = HandoutProcessor.start(runtime, queue, most, drain, handout);
    return new Source() {
      @Override
      public void wanted(int jobs) {
        processor.wanted(jobs);
      }

      @Override
      public boolean ready() {
        return processor.ready();
      }

      @Override
      public boolean running() {
        return processor.running();
      }

      @Override
      public void close() {
        processor.close();
      }
    };
  }
}

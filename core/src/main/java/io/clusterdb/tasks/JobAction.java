package io.clusterdb.tasks;

/**
 * A {@link JobHandler} without a result.
 *
 * @param <T> what the payload is read as
 */
@FunctionalInterface
public interface JobAction<T> {
  /**
   * Runs one attempt.
   *
   * @throws Exception fails the attempt, as with {@link JobHandler#handle}
   */
  void run(T payload, JobContext context) throws Exception;
}

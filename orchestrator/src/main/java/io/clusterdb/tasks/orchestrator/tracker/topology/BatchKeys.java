package io.clusterdb.tasks.orchestrator.tracker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Keys of the store of batches. */
public final class BatchKeys {
  private static final char ROW = 'r';
  private static final char JOB = 't';

  private BatchKeys() {}

  /** Of what is known of a batch. */
  public static byte[] row(String batch) {
    return (ROW + batch).getBytes(UTF_8);
  }

  /** Of the job that waits for it. */
  static byte[] job(String batch) {
    return (JOB + batch).getBytes(UTF_8);
  }

  static byte[] firstRow() {
    return new byte[] {ROW};
  }

  static byte[] afterRows() {
    return new byte[] {ROW + 1};
  }
}

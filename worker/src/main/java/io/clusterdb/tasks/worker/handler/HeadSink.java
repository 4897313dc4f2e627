package io.clusterdb.tasks.worker.handler;

import java.io.ByteArrayOutputStream;

/** Keeps the first bytes of an output, up to a limit, and counts the rest. */
final class HeadSink implements Sink {
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(256);
  private long total;

  HeadSink(int limit) {
    this.limit = limit;
  }

  @Override
  public synchronized void accept(byte[] buffer, int length) {
    kept.write(buffer, 0, Math.min(length, limit - kept.size()));
    total += length;
  }

  /** What is kept. */
  synchronized byte[] bytes() {
    return kept.toByteArray();
  }

  /** Bytes that came, kept or not. */
  synchronized long total() {
    return total;
  }
}

package io.clusterdb.tasks.worker.handler;

/** Takes what a process writes. Thread-safe: it may be read while it is still written to. */
interface Sink {
  /** Takes the first {@code length} bytes of the buffer. */
  void accept(byte[] buffer, int length);
}

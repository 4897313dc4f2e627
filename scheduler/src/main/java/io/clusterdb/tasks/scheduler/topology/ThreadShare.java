package io.clusterdb.tasks.scheduler.topology;

/** How many partitions share one thread, and so its time. Used by that thread only. */
final class ThreadShare {
  private int partitions;

  private ThreadShare() {}

  /** One for each thread that asks. */
  static ThreadLocal<ThreadShare> perThread() {
    return ThreadLocal.withInitial(ThreadShare::new);
  }

  void enter() {
    partitions++;
  }

  void leave() {
    partitions--;
  }

  /** Partitions of waiting jobs that the thread owns, at least 1. */
  int partitions() {
    return Math.max(1, partitions);
  }
}

package io.clusterdb.tasks.worker.kafka;

/** Another worker of the queue has the name of this one, and ended its transaction. */
final class NameTakenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NameTakenException() {
    super(
        "another process has started with the name of this one (--instance). If that was not to"
            + " take its place, give each a name of its own");
  }
}

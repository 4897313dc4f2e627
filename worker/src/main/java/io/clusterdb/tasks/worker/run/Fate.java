package io.clusterdb.tasks.worker.run;

/** What became of an attempt that was handed out. */
public enum Fate {
  /** The job succeeded. */
  SUCCEEDED,
  /** Another attempt follows. */
  RETRYING,
  /** The job is a dead letter. */
  DEAD,
  /** The job was cancelled. */
  CANCELLED,
  /** Nothing, by this attempt: the job timed out, was cancelled, or belongs to another worker. */
  LOST;

  static Fate of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done ->
          switch (done.result()) {
            case SUCCEEDED -> SUCCEEDED;
            case RETRIED, MOVED -> RETRYING;
            case DEAD -> DEAD;
            case CANCELLED -> CANCELLED;
          };
      case Outcome.AgainInPlace again -> RETRYING;
      case Outcome.UnknownType unknown -> LOST;
      case Outcome.Released released -> LOST;
    };
  }
}

package io.clusterdb.tasks.orchestrator.query;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.TasksException;

/** Says that an answer cannot be had for now, though nothing is wrong with the question. */
public final class Unavailable extends TasksException {
  private static final long serialVersionUID = 1L;

  /** With what is going on. */
  public Unavailable(String what) {
    super(
        ErrorCode.UNREACHABLE,
        "expected the state of all jobs at hand, but " + what + ". Ask again in a second.");
  }
}

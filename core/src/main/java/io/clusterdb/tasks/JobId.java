package io.clusterdb.tasks;

/**
 * Names a job and the run that an enqueue started.
 *
 * @param value the job's id, given by the producer or made at enqueue; may be used again later
 * @param run the run, random and never used again
 */
public record JobId(String value, String run) {
  /** The id alone, as people type it. */
  @Override
  public String toString() {
    return value;
  }
}

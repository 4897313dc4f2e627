package io.clusterdb.tasks;

/** What became of one job of many. */
public sealed interface EnqueueResult {
  /** The job of the request. */
  Job job();

  /** The broker has it. */
  record Accepted(Job job, JobId id) implements EnqueueResult {}

  /** It is not in its queue, for this reason. */
  record Refused(Job job, TasksException error) implements EnqueueResult {}
}

package io.clusterdb.tasks;

/** What a schedule starts. Sealed, and to grow: who switches over it needs a default. */
public sealed interface ScheduleTarget {
  /**
   * A job.
   *
   * @param task what the job is like; its id is the schedule's to make
   */
  record RunTask(Task task) implements ScheduleTarget {
    /** Checks the values. */
    public RunTask {
      Checks.that(task.id() == null, "a scheduled task without an id of its own", task.id());
      task.toJob(); // for its checks
    }
  }
}

package io.clusterdb.tasks;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a schedule starts. Sealed, and to grow. */
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

  /**
   * A run of a workflow; its id is the schedule's to make.
   *
   * @param workflow the workflow's name
   * @param version its version; null for the latest at the time of each fire
   * @param input anything that JSON can carry, with templates as in a job's payload; null for none
   * @param context travels to every job of the run as metadata
   */
  record StartWorkflow(
      String workflow,
      @Nullable String version,
      @Nullable Object input,
      Map<String, String> context)
      implements ScheduleTarget {
    /** Checks the values. */
    public StartWorkflow {
      Workflow.checkName("a workflow's name", workflow);
      context = Map.copyOf(context);
    }

    /** With this input. */
    public StartWorkflow input(@Nullable Object value) {
      return new StartWorkflow(workflow, version, value, context);
    }
  }
}

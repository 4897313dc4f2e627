package io.clusterdb.tasks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a workflow's task does. Immutable. */
public sealed interface WorkflowAction {
  /**
   * Runs a job.
   *
   * @param task the job; a payload of null is the run's input. Texts in the payload, the key and
   *     the metadata are templates
   */
  record RunJob(Task task) implements WorkflowAction {}

  /** Waits. */
  record Sleep(Duration duration) implements WorkflowAction {
    /** Checks the value. */
    public Sleep {
      Checks.notNegative("sleep", duration);
    }
  }

  /** Waits for a signal; the signal's payload is the task's output. */
  record WaitFor(String signal) implements WorkflowAction {
    /** Checks the value. */
    public WaitFor {
      Checks.text("a signal's name", signal, 200);
    }
  }

  /**
   * Runs another workflow, whose output is the task's.
   *
   * @param workflow its name
   * @param version its version; null for the latest one when the task starts
   * @param input its input, with templates; null for this run's input
   */
  record RunWorkflow(String workflow, @Nullable String version, @Nullable Object input)
      implements WorkflowAction {
    /** Checks the values. */
    public RunWorkflow {
      Workflow.checkName("a workflow's name", workflow);
      if (version != null) {
        Workflow.checkVersion(version);
      }
    }
  }
}

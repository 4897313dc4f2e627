package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Task;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a decision asks of the world outside the run. */
public sealed interface Effect {
  /** Enqueue a job whose outcome comes back; the payload of the task is JSON text. */
  record RunJob(String jobId, String jobRun, Task task, String payload) implements Effect {}

  /** Start a run whose end comes back as an outcome. */
  record StartRun(
      String executionId,
      String workflow,
      @Nullable String version,
      @Nullable String input,
      Map<String, String> context,
      Row.Parent parent)
      implements Effect {}

  /** Cancel a job, as far as it can be. */
  record CancelJob(String jobId, String jobRun) implements Effect {}

  /** Cancel a run that is a task. */
  record CancelRun(String executionId) implements Effect {}

  /** Tell somebody who waits how the run ended. */
  record ReplyEnd(String replyKey, Row.Run run, RunState state, @Nullable String output)
      implements Effect {}

  /** Answer a command; an error is why it was refused. */
  record Answer(String replyKey, @Nullable JobFailure error) implements Effect {}

  /** Tell the run whose task this one is. */
  record ReplyParent(Row.Parent parent, Row.Run run, RunState state, @Nullable String output)
      implements Effect {}
}

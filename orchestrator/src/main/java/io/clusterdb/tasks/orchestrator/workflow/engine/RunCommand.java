package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.trace.TraceContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked of a run, or told to it. */
public sealed interface RunCommand {
  /** Begin, unless there is a run of this id. */
  record Start(
      String executionId,
      String commandId,
      @Nullable String input,
      Map<String, String> context,
      @Nullable String replyKey,
      Row.@Nullable Parent parent,
      @Nullable TraceContext trace)
      implements RunCommand {
    /** A start that is of no trace. */
    public Start(
        String executionId,
        String commandId,
        @Nullable String input,
        Map<String, String> context,
        @Nullable String replyKey,
        Row.@Nullable Parent parent) {
      this(executionId, commandId, input, context, replyKey, parent, null);
    }

    /** The same as part of this trace. */
    public Start trace(@Nullable TraceContext value) {
      return new Start(executionId, commandId, input, context, replyKey, parent, value);
    }
  }

  /**
   * A job, or a run that is a task, ended.
   *
   * @param jobId {@code <execution>/<task>}, with {@code /<index>} of an element, or {@code
   *     /compensate}
   * @param error null if it ended well
   */
  record Outcome(String jobId, String jobRun, @Nullable String result, @Nullable JobFailure error)
      implements RunCommand {}

  /** A task's time has come. */
  record TaskDue(String task, long due) implements RunCommand {}

  /** The run's time is up. */
  record RunDue(long due) implements RunCommand {}

  /** End. */
  record Cancel(
      String commandId, boolean compensate, @Nullable String reason, @Nullable String replyKey)
      implements RunCommand {}

  /** A signal. */
  record Signal(String commandId, String name, @Nullable String payload, @Nullable String replyKey)
      implements RunCommand {}

  /** Go on from what failed, or from this task. */
  record Retry(String commandId, @Nullable String task, @Nullable String replyKey)
      implements RunCommand {}

  /** Say when it ends. */
  record Await(String replyKey) implements RunCommand {}
}

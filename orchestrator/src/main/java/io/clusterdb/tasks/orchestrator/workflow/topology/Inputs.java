package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.orchestrator.workflow.engine.RunCommand;
import io.clusterdb.tasks.schemas.PlatformCodec;
import io.clusterdb.tasks.schemas.avro.JobOutcome;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.topic.TopicNames;
import io.clusterdb.tasks.trace.TraceContext;
import io.clusterdb.tasks.workflow.ExecutionIds;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads records as what is asked of runs. Thread-safe. */
final class Inputs {
  private final TopicNames names;
  private final PlatformCodec codec;

  Inputs(TopicNames names, PlatformCodec codec) {
    this.names = names;
    this.codec = codec;
  }

  /**
   * Something for a run.
   *
   * @param execution the run
   * @param workflow with a start: the workflow; else null
   * @param version with a start: its version; null for the latest
   */
  record Input(
      String execution, RunCommand command, @Nullable String workflow, @Nullable String version) {}

  /**
   * What a record says.
   *
   * @throws io.clusterdb.tasks.schemas.RegistryException if it cannot be read now
   * @throws org.apache.kafka.common.errors.SerializationException if it can never be read
   * @throws IllegalArgumentException if it makes no sense
   */
  Input read(String topic, byte @Nullable [] value, Headers headers) {
    if (value == null) {
      throw new IllegalArgumentException("expected a record with a value, found none");
    }
    return topic.equals(names.workflowOutcomes())
        ? outcome(codec.decode(topic, value, JobOutcome.class))
        : command(codec.decode(topic, value, WorkflowCommand.class), headers);
  }

  private static Input outcome(JobOutcome outcome) {
    JobState state = JobState.valueOf(outcome.getState().name());
    if (!state.terminal()) {
      throw new IllegalArgumentException("expected the outcome of a run, found state " + state);
    }
    JobFailure error = Avro.failure(outcome.getError());
    if (error == null && state != JobState.SUCCEEDED) {
      error = new JobFailure(state.name(), "job " + outcome.getJobId() + " is " + state);
    }
    return new Input(
        ExecutionIds.check(outcome.getReplyKey()),
        new RunCommand.Outcome(
            outcome.getJobId(),
            outcome.getRun(),
            outcome.getResult(),
            state == JobState.SUCCEEDED ? null : error),
        null,
        null);
  }

  private static Input command(WorkflowCommand command, Headers headers) {
    String execution = ExecutionIds.check(command.getExecutionId());
    return new Input(execution, run(command, headers), command.getWorkflow(), command.getVersion());
  }

  private static RunCommand run(WorkflowCommand command, Headers headers) {
    String id = command.getCommandId();
    String reply = command.getReplyKey();
    return switch (command.getKind()) {
      case START -> {
        Row.Parent parent = Avro.parent(command.getParent());
        present("workflow", command.getWorkflow());
        yield new RunCommand.Start(
            command.getExecutionId(),
            id,
            command.getInput(),
            command.getContext(),
            reply,
            parent,
            TraceContext.of(headers));
      }
      case CANCEL -> new RunCommand.Cancel(id, command.getCompensate(), command.getReason(), reply);
      case SIGNAL ->
          new RunCommand.Signal(
              id, present("signal", command.getSignal()), command.getPayload(), reply);
      case RETRY -> new RunCommand.Retry(id, command.getTask(), reply);
      case AWAIT -> new RunCommand.Await(present("replyKey", reply));
    };
  }

  private static String present(String field, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException("expected a command with " + field + ", found none");
    }
    return value;
  }
}

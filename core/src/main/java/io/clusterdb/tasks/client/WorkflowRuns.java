package io.clusterdb.tasks.client;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowRun;
import io.clusterdb.tasks.catalog.CatalogView;
import io.clusterdb.tasks.client.Replies.Expected;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.schemas.avro.JobError;
import io.clusterdb.tasks.schemas.avro.WorkflowCommand;
import io.clusterdb.tasks.schemas.avro.WorkflowCommandKind;
import io.clusterdb.tasks.schemas.avro.WorkflowReply;
import io.clusterdb.tasks.workflow.ExecutionIds;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Starts runs, asks things of them, and hears of their ends. Thread-safe. */
final class WorkflowRuns {
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** Largest input in characters of JSON, as the orchestrator takes it. */
  private static final int MAX_INPUT = 900_000;

  private final CatalogView catalog;
  private final WorkflowCommands commands;
  private final ReplyListener replies;
  private final Ids ids;

  WorkflowRuns(CatalogView catalog, WorkflowCommands commands, ReplyListener replies, Ids ids) {
    this.catalog = catalog;
    this.commands = commands;
    this.replies = replies;
    this.ids = ids;
  }

  /**
   * Starts a run; completes when the brokers have the command for good.
   *
   * @throws TasksException if it is refused before it is sent
   */
  CompletableFuture<WorkflowRun> start(WorkflowExecution execution) {
    String id = execution.id() == null ? ids.id() : ExecutionIds.check(execution.id());
    Job.of("check").metadata(execution.context()).build(); // Names that metadata cannot have.
    WorkflowCommand command = commands.of(id, WorkflowCommandKind.START);
    command.setWorkflow(execution.workflow());
    command.setVersion(workflow(execution.workflow(), execution.version()).version());
    command.setInput(input(execution));
    command.setContext(execution.context());
    Expected<WorkflowResult> end = replies.expect(WorkflowReply.class, WorkflowRuns::end);
    command.setReplyKey(end.replyKey());
    RunHandle handle = new RunHandle(id, new FirstThen(end.result(), id));
    return commands
        .send(command)
        .<WorkflowRun>thenApply(sent -> handle)
        .whenComplete(
            (sent, error) -> {
              if (error != null) {
                replies.forget(end.replyKey());
              }
            });
  }

  /** Gives the end that a start waits for, and asks anew if that brought no end. */
  private final class FirstThen
      implements java.util.function.Supplier<CompletableFuture<WorkflowResult>> {
    private final String id;
    private @Nullable CompletableFuture<WorkflowResult> first;

    FirstThen(CompletableFuture<WorkflowResult> first, String id) {
      this.first = first;
      this.id = id;
    }

    @Override
    public CompletableFuture<WorkflowResult> get() {
      CompletableFuture<WorkflowResult> known = first;
      first = null;
      return known == null ? await(id) : known;
    }
  }

  private Workflow workflow(String name, @Nullable String version) {
    Workflow known = catalog.current().workflow(name, version);
    known = known == null ? catalog.latest().workflow(name, version) : known;
    if (known == null) {
      throw new TasksException(
          ErrorCode.WORKFLOW_NOT_FOUND,
          "expected workflow %s%s in the catalog, found none. Create it with `tasks apply`, or check name and version."
              .formatted(name, version == null ? "" : " of version " + version));
    }
    return known;
  }

  private static @Nullable String input(WorkflowExecution execution) {
    String json;
    try {
      json = Json.result(execution.input());
    } catch (TasksException e) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "expected an input of workflow %s that fits JSON, found %s (%s)."
              .formatted(execution.workflow(), execution.input(), e.getMessage()),
          e);
    }
    if (json != null && json.length() > MAX_INPUT) {
      throw new TasksException(
          ErrorCode.INVALID_PAYLOAD,
          "expected an input of at most %d characters, found %d. Keep large data elsewhere and put a reference into the input."
              .formatted(MAX_INPUT, json.length()));
    }
    return json;
  }

  /** A run that may have been started long ago by somebody else. */
  WorkflowRun run(String id) {
    ExecutionIds.check(id);
    return new RunHandle(id, () -> await(id));
  }

  private CompletableFuture<WorkflowResult> await(String id) {
    WorkflowCommand command = commands.of(id, WorkflowCommandKind.AWAIT);
    Expected<WorkflowResult> end = replies.expect(WorkflowReply.class, WorkflowRuns::end);
    command.setReplyKey(end.replyKey());
    return send(command, end);
  }

  private <T> CompletableFuture<T> send(WorkflowCommand command, Expected<T> answer) {
    commands
        .send(command)
        .exceptionally(
            error -> {
              replies.forget(answer.replyKey());
              answer.result().completeExceptionally(error);
              return null;
            });
    return answer.result();
  }

  WorkflowCommand command(String id, WorkflowCommandKind kind) {
    return commands.of(ExecutionIds.check(id), kind);
  }

  /** Asks something of a run; completes when it was done. */
  CompletableFuture<Void> ask(WorkflowCommand command) {
    Expected<Boolean> answer = replies.expect(WorkflowReply.class, WorkflowRuns::accepted);
    command.setReplyKey(answer.replyKey());
    return send(command, answer)
        .orTimeout(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (done, error) -> {
              replies.forget(answer.replyKey());
              if (error instanceof TimeoutException) {
                throw late(command, error);
              }
              if (error instanceof RuntimeException failure) {
                throw failure;
              }
              return null;
            });
  }

  private static TasksException late(WorkflowCommand command, Throwable cause) {
    return new TasksException(
        ErrorCode.WAIT_TIMEOUT,
        "run %s has not answered %s within %s. The command is kept and takes effect when an orchestrator runs; start one with `tasks orchestrator`."
            .formatted(command.getExecutionId(), command.getKind(), Durations.format(ANSWER)),
        cause);
  }

  private static Boolean accepted(WorkflowReply reply) {
    JobError error = reply.getError();
    if (error != null) {
      throw refused(error);
    }
    return true;
  }

  private static WorkflowResult end(WorkflowReply reply) {
    JobError error = reply.getError();
    if (reply.getState() == null) {
      throw refused(error == null ? new JobError("INTERNAL", "no reason was given") : error);
    }
    return new WorkflowResult(
        reply.getExecutionId(),
        String.valueOf(reply.getWorkflow()),
        String.valueOf(reply.getVersion()),
        RunState.valueOf(reply.getState().name()),
        reply.getOutput(),
        error == null ? null : new JobFailure(error.getType(), error.getMessage()),
        time(reply.getStartedAt(), reply),
        time(reply.getFinishedAt(), reply));
  }

  private static Instant time(@Nullable Instant time, WorkflowReply reply) {
    return time == null ? reply.getAt() : time;
  }

  private static TasksException refused(JobError error) {
    ErrorCode code =
        Arrays.stream(ErrorCode.values())
            .filter(known -> known.name().equals(error.getType()))
            .findFirst()
            .orElse(ErrorCode.CONFLICT);
    return new TasksException(code, error.getMessage());
  }
}

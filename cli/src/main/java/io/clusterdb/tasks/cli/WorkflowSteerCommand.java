package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.WorkflowManager;
import io.clusterdb.tasks.codec.Json;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands that ask something of a run, and end when it was done or refused. */
abstract class WorkflowSteerCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The run.")
  private String id = "";

  WorkflowSteerCommand(Context context) {
    this.context = context;
  }

  /** Does it; returns what was done. */
  abstract String steer(WorkflowManager workflows, String run);

  @Override
  public Integer call() {
    String done;
    try (Tasks tasks = context.connect()) {
      done = steer(tasks.workflows(), id);
    } catch (IllegalArgumentException e) {
      throw Usage.error(spec, String.valueOf(e.getMessage()));
    }
    if (context.options().json()) {
      context.terminal().json(Map.of("id", id, "done", done));
    } else {
      context.terminal().result("run %s %s".formatted(id, done));
    }
    return ExitCodes.DONE;
  }

  /** {@code tasks workflow cancel}. */
  @Command(
      name = "cancel",
      description = "Ends a run; tasks that wait end at once, jobs as their workers can.",
      footerHeading = "%nExample:%n",
      footer = "  tasks workflow cancel workflow-123 --compensate --reason 'sold out'")
  static final class Cancel extends WorkflowSteerCommand {
    @Option(names = "--compensate", description = "Undo the tasks that completed.")
    private boolean compensate;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the run's history.")
    private @Nullable String reason;

    Cancel(Context context) {
      super(context);
    }

    @Override
    String steer(WorkflowManager workflows, String run) {
      workflows.cancel(run, compensate, reason);
      return compensate
          ? "begins no further task; what it completed is undone when its jobs have ended"
          : "is cancelled";
    }
  }

  /** {@code tasks workflow signal}. */
  @Command(
      name = "signal",
      description = "Sends a signal to a run; one that nobody waits for yet is kept.",
      footerHeading = "%nExample:%n",
      footer = "  tasks workflow signal workflow-123 approved --payload '{\"by\": \"kim\"}'")
  static final class Signal extends WorkflowSteerCommand {
    @Parameters(index = "1", paramLabel = "SIGNAL", description = "The signal.")
    private String signal = "";

    @Option(names = "--payload", paramLabel = "JSON", description = "What the task returns.")
    private @Nullable String payload;

    Signal(Context context) {
      super(context);
    }

    @Override
    String steer(WorkflowManager workflows, String run) {
      workflows.signal(run, signal, json());
      return "has signal " + signal;
    }

    private @Nullable JsonNode json() {
      try {
        return payload == null ? null : Json.mapper().readTree(payload);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(
            "--payload: expected JSON, found %s (%s)".formatted(payload, e.getOriginalMessage()),
            e);
      }
    }
  }

  /** {@code tasks workflow retry}. */
  @Command(
      name = "retry",
      description = {
        "Lets an ended run go on from what failed, was cancelled or undone, or from a task.",
        "",
        "A run whose compensation failed goes on with the compensation."
      },
      footerHeading = "%nExample:%n",
      footer = "  tasks workflow retry workflow-123 --from fulfill-order")
  static final class Retry extends WorkflowSteerCommand {
    @Option(
        names = "--from",
        paramLabel = "TASK",
        description = "The task to go on from, with all that depends on it.")
    private @Nullable String task;

    Retry(Context context) {
      super(context);
    }

    @Override
    String steer(WorkflowManager workflows, String run) {
      workflows.retryFrom(run, task);
      return "goes on";
    }
  }
}

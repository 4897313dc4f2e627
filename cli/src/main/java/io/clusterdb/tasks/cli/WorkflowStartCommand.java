package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowRun;
import io.clusterdb.tasks.codec.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks workflow start}. */
@Command(
    name = "start",
    description = {
      "Starts a run of a workflow and prints its id.",
      "",
      "With --wait prints the run's output when it has ended; the exit code is 1 if it did not",
      "end well. A start with the id of a run that is known starts nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks workflow start order-processing --input '{\"order_id\": \"order-123\"}'",
      "  tasks workflow start order-processing --id workflow-123 --wait"
    })
final class WorkflowStartCommand implements Callable<Integer> {
  private static final Duration WAIT = Duration.ofHours(24);

  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "The workflow.")
  private String name = "";

  @Option(
      names = "--version",
      paramLabel = "V",
      description = "Version of the workflow (default: the latest).")
  private @Nullable String version;

  @Option(names = "--id", paramLabel = "ID", description = "Id of the run (default: one is made).")
  private @Nullable String id;

  @Option(names = "--input", paramLabel = "JSON", description = "The run's input.")
  private @Nullable String input;

  @Option(
      names = "--context",
      paramLabel = "NAME=VALUE",
      description = "Travels with every job of the run as metadata; may be repeated.")
  private Map<String, String> values = new LinkedHashMap<>();

  @Option(names = "--wait", description = "Wait until the run has ended.")
  private boolean wait;

  @Option(
      names = "--wait-timeout",
      paramLabel = "10m",
      description = "With --wait: how long at most (default: 24h).")
  private @Nullable Duration waitTimeout;

  WorkflowStartCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    WorkflowExecution execution =
        WorkflowExecution.of(name).version(version).id(id).input(input()).context(values);
    try (Tasks tasks = context.connect()) {
      WorkflowRun run = start(tasks, execution);
      if (wait) {
        return ended(run.result(waitTimeout == null ? WAIT : waitTimeout));
      }
      if (context.options().json()) {
        context.terminal().json(Map.of("id", run.id(), "workflow", name));
      } else {
        context.terminal().result(run.id());
      }
      return ExitCodes.DONE;
    }
  }

  private WorkflowRun start(Tasks tasks, WorkflowExecution execution) {
    try {
      return tasks.workflows().execute(execution);
    } catch (IllegalArgumentException e) {
      throw Usage.error(spec, String.valueOf(e.getMessage()));
    }
  }

  private @Nullable JsonNode input() {
    if (input == null) {
      return null;
    }
    try {
      return Json.mapper().readTree(input);
    } catch (JsonProcessingException e) {
      throw Usage.error(
          spec, "--input: expected JSON, found %s (%s)".formatted(input, e.getOriginalMessage()));
    }
  }

  private int ended(WorkflowResult result) {
    JobFailure error = result.error();
    if (context.options().json()) {
      ObjectNode node = Json.mapper().createObjectNode();
      node.put("id", result.id()).put("workflow", result.workflow());
      node.put("version", result.version()).put("state", result.state().name());
      node.set("output", result.output() == null ? null : Json.exact(result.output()));
      node.set("error", error == null ? null : Json.mapper().valueToTree(error));
      context.terminal().json(node);
    } else if (result.succeeded()) {
      context.terminal().result(String.valueOf(result.output()));
    }
    if (!result.succeeded()) {
      context
          .terminal()
          .say(
              "run %s ended %s%s"
                  .formatted(
                      result.id(),
                      result.state(),
                      error == null ? "" : ": " + error.type() + ": " + error.message()));
    }
    return result.succeeded() ? ExitCodes.DONE : ExitCodes.FAILED;
  }
}

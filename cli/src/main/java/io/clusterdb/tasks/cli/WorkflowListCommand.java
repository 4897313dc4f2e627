package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.PageRequest;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.WorkflowFilter;
import io.clusterdb.tasks.WorkflowPage;
import io.clusterdb.tasks.client.RunJson;
import io.clusterdb.tasks.codec.Json;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tasks workflow list}. */
@Command(
    name = "list",
    description = {
      "Lists runs of workflows, the newest first.",
      "",
      "Needs an orchestrator that runs."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks workflow list --workflow order-processing",
      "  tasks workflow list --state failed --state compensation_failed"
    })
final class WorkflowListCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--workflow", paramLabel = "NAME", description = "Runs of this workflow only.")
  private @Nullable String workflow;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Runs in this state only; may be repeated.")
  private Set<RunState> states = EnumSet.noneOf(RunState.class);

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many at most, up to 1000 (default: 50).")
  private int limit = 50;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Go on where a list ended; --output json and standard error say where.")
  private @Nullable String cursor;

  WorkflowListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    PageRequest wanted = Usage.checked(spec, () -> new PageRequest(limit, cursor));
    WorkflowPage page;
    try (Tasks tasks = context.connect()) {
      page = tasks.workflows().list(WorkflowFilter.all().workflow(workflow).states(states), wanted);
    }
    if (context.options().json()) {
      ObjectNode node = Json.mapper().createObjectNode();
      ArrayNode runs = node.putArray("executions");
      page.runs().forEach(run -> runs.add(RunJson.of(run)));
      node.put("cursor", page.cursor());
      context.terminal().json(node);
    } else {
      print(page);
    }
    return ExitCodes.DONE;
  }

  private void print(WorkflowPage page) {
    TextTable table = new TextTable("id", "workflow", "version", "state", "started", "ended");
    page.runs()
        .forEach(
            run ->
                table.row(
                    run.id(),
                    run.workflow(),
                    run.version(),
                    run.state(),
                    run.startedAt(),
                    run.finishedAt()));
    table.print(context.terminal());
    if (page.cursor() != null) {
      context.terminal().say("more: --cursor " + page.cursor());
    }
  }
}

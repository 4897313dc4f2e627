package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.client.RunJson;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks workflow status}. */
@Command(
    name = "status",
    description = {
      "Shows how a run is getting on: its graph of tasks with the state of each.",
      "",
      "Needs an orchestrator that runs."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks workflow status workflow-123",
      "  tasks workflow status workflow-123 --mermaid"
    })
final class WorkflowStatusCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The run.")
  private String id = "";

  @Option(names = "--mermaid", description = "Print the graph as a Mermaid flowchart.")
  private boolean mermaid;

  WorkflowStatusCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    WorkflowStatus run;
    try (Tasks tasks = context.connect()) {
      run = Usage.checked(spec, () -> tasks.workflows().status(id));
    }
    if (mermaid) {
      WorkflowDrawing.mermaid(run).forEach(context.terminal()::result);
    } else if (context.options().json()) {
      context.terminal().json(RunJson.of(run));
    } else {
      WorkflowDrawing.text(run, context.clock().instant()).forEach(context.terminal()::result);
    }
    return ExitCodes.DONE;
  }
}

package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.WorkflowEventInfo;
import io.clusterdb.tasks.client.RunJson;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks workflow logs}. */
@Command(
    name = "logs",
    description = {
      "Tells what happened to a run, from its start to now, with or without an orchestrator.",
      "",
      "With --output json one event a line."
    },
    footerHeading = "%nExample:%n",
    footer = "  tasks workflow logs workflow-123")
final class WorkflowLogsCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The run.")
  private String id = "";

  WorkflowLogsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<WorkflowEventInfo> events;
    try (Tasks tasks = context.connect()) {
      events = Usage.checked(spec, () -> tasks.workflows().logs(id));
    }
    if (context.options().json()) {
      events.forEach(event -> context.terminal().json(RunJson.of(event)));
    } else {
      new WorkflowStory(ZoneId.systemDefault()).lines(events).forEach(context.terminal()::result);
    }
    return ExitCodes.DONE;
  }
}

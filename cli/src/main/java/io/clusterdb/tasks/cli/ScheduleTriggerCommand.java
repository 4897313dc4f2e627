package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Tasks;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tasks schedule trigger}. */
@Command(
    name = "trigger",
    description = {
      "Fires a schedule now, beside its plan and also while it is paused; prints the job's id.",
      "",
      "An exclusive schedule treats this as one of its times: the run may be skipped or wait."
    },
    footerHeading = "%nExample:%n",
    footer = "  tasks schedule trigger cleanup-expired")
final class ScheduleTriggerCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "NAME", description = "The schedule.")
  private String name = "";

  ScheduleTriggerCommand(Context context) {
    this.context = context;
  }

  /** The job that was asked for. */
  record Triggered(String schedule, String id, String run) {}

  @Override
  public Integer call() {
    JobId job;
    try (Tasks tasks = context.connect()) {
      job = tasks.schedules().trigger(name);
    }
    if (context.options().json()) {
      context.terminal().json(new Triggered(name, job.value(), job.run()));
    } else {
      context.terminal().result(job.value());
    }
    return ExitCodes.DONE;
  }
}

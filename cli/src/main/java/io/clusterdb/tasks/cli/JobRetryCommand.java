package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Tasks;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tasks job retry}. */
@Command(
    name = "retry",
    description = {
      "Gives a job that is dead or was cancelled another run, from its first attempt.",
      "",
      "A dead job leaves the dead letters in the same transaction. A cancelled one can be retried"
          + " as long as its queue still keeps its record."
    },
    footerHeading = "%nExample:%n",
    footer = "  tasks job retry job-123")
final class JobRetryCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private String id = "";

  JobRetryCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JobId job;
    try (Tasks tasks = context.connect()) {
      job = tasks.tasks().retry(id);
    }
    if (context.options().json()) {
      context.terminal().json(new Retried(job.value(), job.run()));
    } else {
      context.terminal().result(TextTable.printable("job " + id + " has a new run"));
    }
    return ExitCodes.DONE;
  }

  private record Retried(String id, String run) {}
}

package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.JobJson;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tasks job result}. */
@Command(
    name = "result",
    description = {
      "Prints what a job's handler returned, as JSON.",
      "",
      "Fails where the job has not ended, also after --wait, or did not end well."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tasks job result job-123", "  tasks job result job-123 --wait 5m"})
final class JobResultCommand implements Callable<Integer> {
  private static final Duration TURN = Duration.ofSeconds(30);

  private final Context context;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private String id = "";

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      description = "How long to wait for its end (default: 0s).")
  private Duration wait = Duration.ZERO;

  JobResultCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JobStatus job;
    try (Tasks tasks = context.connect()) {
      job = ended(tasks);
    }
    boolean well = job.state() == JobState.SUCCEEDED;
    if (context.options().json()) {
      context.terminal().json(JobJson.of(job));
    } else if (well) {
      @Nullable String result = job.result();
      context.terminal().result(result == null ? "null" : result);
    }
    if (!well) {
      context.terminal().say(why(job));
    }
    return well ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private JobStatus ended(Tasks tasks) {
    long deadline = context.nanoTime().getAsLong() + wait.toNanos();
    JobStatus job = tasks.tasks().getTaskStatus(id);
    while (!job.state().terminal()) {
      Duration left = Duration.ofNanos(deadline - context.nanoTime().getAsLong());
      if (left.toMillis() < 1) {
        return job;
      }
      job = tasks.tasks().awaitTaskStatus(id, left.compareTo(TURN) < 0 ? left : TURN);
    }
    return job;
  }

  private String why(JobStatus job) {
    if (!job.state().terminal()) {
      return "job " + id + " has not ended: it is " + job.state() + ". Wait longer with --wait.";
    }
    return "job "
        + id
        + " ended as "
        + job.state()
        + (job.error() == null ? "" : ": " + job.error().type() + ": " + job.error().message());
  }
}

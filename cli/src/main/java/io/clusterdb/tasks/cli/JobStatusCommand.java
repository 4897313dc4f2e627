package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.JobStatus;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.JobJson;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tasks job status}. */
@Command(
    name = "status",
    description = {
      "Shows the state of a job: of its run that has not ended, else of the last one.",
      "",
      "A job that is on its way is waited for, up to two seconds."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tasks job status job-123", "  tasks job status job-123 --output json"})
final class JobStatusCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private String id = "";

  @Option(names = "--run", paramLabel = "RUN", description = "This run of it.")
  private @Nullable String run;

  JobStatusCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JobStatus job;
    try (Tasks tasks = context.connect()) {
      job =
          run == null
              ? tasks.tasks().getTaskStatus(id)
              : tasks.tasks().getTaskStatus(new JobId(id, run));
    }
    if (context.options().json()) {
      context.terminal().json(JobJson.of(job));
    } else {
      table(job).print(context.terminal());
    }
    return ExitCodes.DONE;
  }

  private static TextTable table(JobStatus job) {
    TextTable table = new TextTable("job", job.id());
    table.row("run", job.run()).row("queue", job.queue()).row("type", job.type());
    table.row("state", job.state() + (job.stale() ? " (from a copy that may lag)" : ""));
    table.row("attempt", attempt(job)).row("priority", job.priority().lane());
    table.row("created", job.createdAt());
    optional(table, "scheduled for", job.scheduledFor());
    optional(table, "started", job.startedAt());
    optional(table, "finished", job.finishedAt());
    optional(table, "took", rounded(job.duration()));
    optional(
        table, "progress", job.progress() == null ? null : Math.round(job.progress() * 100) + " %");
    optional(table, "note", job.note());
    optional(table, "worker", job.worker());
    optional(
        table,
        "error",
        job.error() == null ? null : job.error().type() + ": " + job.error().message());
    optional(table, "result", job.result());
    optional(table, "batch", job.batchId());
    for (Map.Entry<String, String> each : new TreeMap<>(job.metadata()).entrySet()) {
      table.row(each.getKey(), each.getValue());
    }
    return table;
  }

  static String attempt(JobStatus job) {
    return job.maxAttempts() == null
        ? Integer.toString(job.attempt())
        : job.attempt() + " of " + job.maxAttempts();
  }

  private static @Nullable String rounded(@Nullable Duration duration) {
    return duration == null ? null : Durations.format(Duration.ofMillis(duration.toMillis()));
  }

  private static void optional(TextTable table, String name, @Nullable Object value) {
    if (value != null) {
      table.row(name, value);
    }
  }
}

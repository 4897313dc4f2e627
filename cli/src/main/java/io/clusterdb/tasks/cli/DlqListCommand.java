package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.DeadJob;
import io.clusterdb.tasks.client.DeadJobJson;
import io.clusterdb.tasks.client.DeadLetterQueue;
import io.clusterdb.tasks.client.TasksRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tasks dlq list}. */
@Command(
    name = "list",
    description =
        "Lists dead letters, oldest first: when, which job, and why its last attempt failed.",
    footerHeading = "%nExamples:%n",
    footer = {"  tasks dlq list files", "  tasks dlq list files --type sha256 --output json"})
final class DlqListCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "QUEUE", description = "A queue, or a dead letter queue.")
  private String queue = "";

  @Option(names = "--type", paramLabel = "T", description = "Jobs of this type; may be repeated.")
  private List<String> types = List.of();

  @Option(
      names = "--error",
      paramLabel = "E",
      description = "Jobs whose last attempt failed with this error type; may be repeated.")
  private List<String> errors = List.of();

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      description = "Jobs that failed within this time, such as 1h.")
  private @Nullable Duration since;

  @Option(names = "--limit", paramLabel = "N", description = "At most this many, the oldest first.")
  private long limit = Long.MAX_VALUE;

  private long shown;
  private long earliest = Long.MIN_VALUE;

  DlqListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (since != null) {
      earliest = context.clock().instant().minus(since).toEpochMilli();
    }
    try (Tasks tasks = context.connect()) {
      new DeadLetterQueue(TasksRuntime.of(tasks), queue).forEach(this::show);
    }
    if (shown == 0) {
      context.terminal().say("no dead letters");
    }
    return ExitCodes.DONE;
  }

  private void show(DeadJob job) {
    if (shown >= limit
        || job.failedAt() < earliest
        || (!types.isEmpty() && !types.contains(job.type()))
        || (!errors.isEmpty() && !errors.contains(job.error().type()))) {
      return;
    }
    shown++;
    if (context.options().json()) {
      context.terminal().json(DeadJobJson.summary(job));
      return;
    }
    JobFailure error = job.error();
    context
        .terminal()
        .result(
            TextTable.printable(
                "%-24s  %s  %s  after %d attempts  %s: %s"
                    .formatted(
                        Instant.ofEpochMilli(job.failedAt()),
                        job.id(),
                        job.type(),
                        job.attempt(),
                        error.type(),
                        error.message())));
  }
}

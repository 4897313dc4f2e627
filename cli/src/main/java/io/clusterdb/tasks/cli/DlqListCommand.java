package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.DeadLetterFilter;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.DeadJobJson;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks dlq list}. */
@Command(
    name = "list",
    description =
        "Lists dead letters, oldest first: when, which job, and why its last attempt failed.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks dlq list files",
      "  tasks dlq list files --error ConnectException --since 1h --limit 20",
      "  tasks dlq list files --type sha256 --output json"
    })
final class DlqListCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "QUEUE", description = "A queue, or a dead letter queue.")
  private String queue = "";

  @Mixin private DeadLetterOptions options = new DeadLetterOptions();

  @Option(names = "--limit", paramLabel = "N", description = "At most this many, the oldest first.")
  private @Nullable Integer limit;

  private long shown;

  DlqListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (limit != null && limit < 1) {
      throw Usage.error(spec, "expected a --limit of 1 or more, found " + limit);
    }
    DeadLetterFilter filter = options.filter(context.clock());
    try (Tasks tasks = context.connect()) {
      if (limit != null) {
        tasks.queues().deadLetters(queue).list(filter, limit).forEach(this::show);
      } else {
        tasks
            .queues()
            .deadLetters(queue)
            .forEach(
                job -> {
                  if (filter.test(job)) {
                    show(job);
                  }
                });
      }
    }
    if (shown == 0) {
      context.terminal().say("no dead letters");
    }
    return ExitCodes.DONE;
  }

  private void show(DeadJob job) {
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
                        job.failedAt(),
                        job.id(),
                        job.type(),
                        job.attempt(),
                        error.type(),
                        error.message())));
  }
}

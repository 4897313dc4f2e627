package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.DeadLetterFilter;
import io.clusterdb.tasks.Tasks;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks dlq purge}. */
@Command(
    name = "purge",
    description = "Removes dead letters for good, with their payloads. There is no way back.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks dlq purge files --id job-123",
      "  tasks dlq purge files --error NoSuchFile --dry-run",
      "  tasks dlq purge files --all --yes"
    })
final class DlqPurgeCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "QUEUE", description = "A queue, or a dead letter queue.")
  private String queue = "";

  @Mixin private DeadLetterOptions options = new DeadLetterOptions();

  @Option(names = "--all", description = "All of them; has to be confirmed with --yes.")
  private boolean all;

  @Option(names = "--yes", description = "Confirms --all.")
  private boolean yes;

  @Option(names = "--dry-run", description = "Only say which would be removed.")
  private boolean dryRun;

  private final FoundIds found = new FoundIds();
  private long purged;

  DlqPurgeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Usage.selection(spec, options.any(), all);
    if (all && !yes && !dryRun) {
      throw Usage.error(
          spec,
          "purging every dead letter of %s loses them for good; confirm it with --yes"
              .formatted(queue));
    }
    DeadLetterFilter filter = options.filter(context.clock());
    try (Tasks tasks = context.connect()) {
      if (dryRun) {
        tasks
            .queues()
            .deadLetters(queue)
            .forEach(
                job -> {
                  if (filter.test(job)) {
                    tell(job);
                  }
                });
      } else {
        tasks.queues().deadLetters(queue).purge(filter, this::tell);
      }
    }
    context
        .terminal()
        .say("%,d dead letters %s".formatted(purged, dryRun ? "would be purged" : "purged"));
    found.checkAll(options.ids(), queue);
    return ExitCodes.DONE;
  }

  private void tell(DeadJob job) {
    purged++;
    found.add(job);
    if (context.options().json()) {
      context.terminal().json(new Purged(job.id(), job.run(), job.queue(), job.type()));
    } else {
      context.terminal().result(TextTable.printable(job.id()));
    }
  }

  private record Purged(String id, String run, @Nullable String queue, String type) {}
}

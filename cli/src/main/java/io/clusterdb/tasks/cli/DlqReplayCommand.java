package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.DeadJob;
import io.clusterdb.tasks.client.DeadLetterQueue;
import io.clusterdb.tasks.client.DeadLetterQueue.Replay;
import io.clusterdb.tasks.client.DeadLetterQueue.Replayed;
import io.clusterdb.tasks.client.TasksRuntime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks dlq replay}. */
@Command(
    name = "replay",
    description = {
      "Gives dead letters another run, from their first attempt.",
      "",
      "Each leaves the dead letters in the transaction that enqueues it: interrupted, the command"
          + " can simply be given again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks dlq replay files --id job-123",
      "  tasks dlq replay files --type sha256 --dry-run",
      "  tasks dlq replay files --all --rate 100"
    })
final class DlqReplayCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "QUEUE", description = "A queue, or a dead letter queue.")
  private String queue = "";

  @Option(names = "--id", paramLabel = "ID", description = "This job; may be repeated.")
  private List<String> ids = List.of();

  @Option(names = "--type", paramLabel = "T", description = "Jobs of this type; may be repeated.")
  private List<String> types = List.of();

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  @Option(
      names = "--to",
      paramLabel = "QUEUE",
      description = "Where they go (default: the queue that each comes from).")
  private @Nullable String to;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "At most this many a second (default: no limit).")
  private @Nullable Double rate;

  @Option(names = "--dry-run", description = "Only say which would be replayed.")
  private boolean dryRun;

  private final Set<String> found = new HashSet<>();
  private long replayed;
  private long refused;

  DlqReplayCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    check();
    Replay replay = new Replay(this::wants, to, rate == null ? 0 : rate, dryRun);
    try (Tasks tasks = context.connect()) {
      new DeadLetterQueue(TasksRuntime.of(tasks), queue).replay(replay, this::tell);
    }
    context
        .terminal()
        .say(
            "%,d dead letters %s%s"
                .formatted(
                    replayed,
                    dryRun ? "would be replayed" : "replayed",
                    refused == 0 ? "" : ", %,d refused".formatted(refused)));
    missing();
    return refused == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private void check() {
    int ways = (ids.isEmpty() ? 0 : 1) + (types.isEmpty() ? 0 : 1) + (all ? 1 : 0);
    if (ways != 1) {
      throw Usage.error(
          spec,
          "expected one of --id, --type and --all, to say which dead letters; found "
              + (ways == 0 ? "none" : "several"));
    }
    if (rate != null && !(rate > 0 && Double.isFinite(rate))) {
      throw Usage.error(spec, "expected a --rate above 0, found " + rate);
    }
  }

  private boolean wants(DeadJob job) {
    return all || ids.contains(job.id()) || types.contains(job.type());
  }

  private void tell(Replayed outcome) {
    DeadJob job = outcome.job();
    found.add(job.id());
    switch (outcome) {
      case Replayed.Refused no -> {
        refused++;
        context.terminal().say("job " + job.id() + ": " + Errors.reason(no.reason()));
      }
      case Replayed.Done done -> {
        replayed++;
        if (context.options().json()) {
          context
              .terminal()
              .json(new Shapes.Enqueued(job.id(), done.run(), done.queue(), job.type()));
        } else {
          context.terminal().result(TextTable.printable(job.id() + " to " + done.queue()));
        }
      }
    }
  }

  private void missing() {
    List<String> absent = ids.stream().filter(id -> !found.contains(id)).toList();
    if (!absent.isEmpty()) {
      throw new TasksException(
          ErrorCode.JOB_NOT_FOUND,
          "there is no dead letter of %s in %s. See which there are with 'tasks dlq list %s'."
              .formatted(String.join(", ", absent), queue, queue));
    }
  }
}

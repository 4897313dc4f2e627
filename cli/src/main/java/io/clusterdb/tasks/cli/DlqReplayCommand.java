package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.DeadLetters.ReplayListener;
import io.clusterdb.tasks.DeadLetters.Replayed;
import io.clusterdb.tasks.Replay;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.worker.handler.ExecTransform;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "  tasks dlq replay files --error ConnectException --since 1h --dry-run",
      "  tasks dlq replay files --all --rate 100",
      "  tasks dlq replay files --type resize --transform 'jq -c .width=100'"
    })
final class DlqReplayCommand implements Callable<Integer>, ReplayListener {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "QUEUE", description = "A queue, or a dead letter queue.")
  private String queue = "";

  @Mixin private DeadLetterOptions options = new DeadLetterOptions();

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

  @Option(
      names = "--transform",
      paramLabel = "COMMAND",
      description =
          "Makes each new payload: the old one comes on its standard input, the new one is its"
              + " standard output. No shell. Where it fails, the dead letter stays.")
  private @Nullable String transform;

  @Option(names = "--dry-run", description = "Only say which would be replayed.")
  private boolean dryRun;

  private final FoundIds found = new FoundIds();
  private @Nullable Progress progress;
  private long letters;
  private long replayed;
  private long refused;

  DlqReplayCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Usage.selection(spec, options.any(), all);
    if (rate != null && !(rate > 0 && Double.isFinite(rate))) {
      throw Usage.error(spec, "expected a --rate above 0, found " + rate);
    }
    Replay replay =
        Replay.of(options.filter(context.clock()))
            .to(to)
            .perSecond(rate == null ? 0 : rate)
            .transform(transform == null ? null : ExecTransform.command(transform))
            .dryRun(dryRun);
    try (Tasks tasks = context.connect()) {
      tasks.queues().deadLetters(queue).replay(replay, this);
    }
    clearProgress();
    context
        .terminal()
        .say(
            "%,d dead letters %s%s"
                .formatted(
                    replayed,
                    dryRun ? "would be replayed" : "replayed",
                    refused == 0 ? "" : ", %,d refused".formatted(refused)));
    found.checkAll(options.ids(), queue);
    return refused == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  @Override
  public void onStart(long count) {
    letters = count;
    progress = new Progress(context.terminal(), context.nanoTime());
  }

  @Override
  public void onReplayed(Replayed outcome) {
    found.add(outcome.job());
    switch (outcome) {
      case Replayed.Refused no -> {
        refused++;
        clearProgress();
        context.terminal().say("job " + no.job().id() + ": " + Errors.reason(no.reason()));
      }
      case Replayed.Done done -> {
        replayed++;
        show(done);
      }
    }
    if (progress != null) {
      progress.tick(this::howFar);
    }
  }

  private void show(Replayed.Done done) {
    String id = done.job().id();
    if (context.options().json()) {
      context.terminal().json(new Shapes.Enqueued(id, done.run(), done.queue(), done.job().type()));
    } else {
      context.terminal().result(TextTable.printable(id + " to " + done.queue()));
    }
  }

  private String howFar() {
    double seconds = progress == null ? 0 : progress.seconds();
    long done = replayed + refused;
    String of = all && letters > 0 ? " of %,d (%d%%)".formatted(letters, 100 * done / letters) : "";
    return "%,d%s replayed, %,.0f/s".formatted(done, of, seconds > 0 ? done / seconds : 0);
  }

  private void clearProgress() {
    if (progress != null) {
      progress.clear();
    }
  }
}

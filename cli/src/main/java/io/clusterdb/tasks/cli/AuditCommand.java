package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.AuditReader;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.schemas.avro.AuditRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tasks audit}. */
@Command(
    name = "audit",
    description = {
      "Lists who changed what, the newest last.",
      "",
      "Every command that changes queues, types, schedules, workflows, dead letters, jobs or runs"
          + " leaves a record, which is kept for 90 days. Jobs that are enqueued or leased do not."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tasks audit", "  tasks audit --target emails --since 7d --output json"})
final class AuditCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--target", paramLabel = "NAME", description = "Only what was done to this.")
  private @Nullable String target;

  @Option(names = "--actor", paramLabel = "TEXT", description = "Only of actors with this text.")
  private @Nullable String actor;

  @Option(
      names = "--command",
      paramLabel = "TEXT",
      description = "Only commands that start so, such as queue or dlq.purge.")
  private @Nullable String command;

  @Option(names = "--since", paramLabel = "7d", description = "Only of this last time.")
  private @Nullable Duration since;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many, the newest (default: ${DEFAULT-VALUE}).")
  private int limit = 100;

  AuditCommand(Context context) {
    this.context = context;
  }

  /** A record as it is written. */
  private record Line(
      Instant at,
      String actor,
      String via,
      String command,
      String target,
      String outcome,
      @Nullable String code,
      String id) {
    static Line of(AuditRecord record) {
      return new Line(
          record.getAt(),
          record.getActor(),
          record.getVia().name().toLowerCase(Locale.ROOT),
          record.getCommand(),
          record.getTarget(),
          record.getOutcome().name(),
          record.getCode(),
          record.getId());
    }
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > 100_000) {
      throw Usage.error(spec, "--limit expects a number from 1 to 100000, found " + limit);
    }
    Instant from = since == null ? null : context.clock().instant().minus(since);
    List<Line> lines;
    try (Tasks tasks = context.connect()) {
      lines =
          new AuditReader(TasksRuntime.of(tasks))
              .read(from, this::wants, limit).stream().map(Line::of).toList();
    }
    if (context.options().json()) {
      context.terminal().json(lines);
      return ExitCodes.DONE;
    }
    TextTable table = new TextTable("AT", "ACTOR", "VIA", "COMMAND", "TARGET", "OUTCOME");
    for (Line line : lines) {
      table.row(
          line.at(),
          line.actor(),
          line.via(),
          line.command(),
          line.target(),
          line.code() == null ? line.outcome() : line.outcome() + " " + line.code());
    }
    table.print(context.terminal());
    return ExitCodes.DONE;
  }

  private boolean wants(AuditRecord record) {
    return (target == null || target.equals(record.getTarget()))
        && (actor == null || record.getActor().contains(actor))
        && (command == null || record.getCommand().startsWith(command));
  }
}

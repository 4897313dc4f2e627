package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.JobState;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.QueueStats;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.StatsJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks queue stats}. */
@Command(
    name = "stats",
    description = {
      "Shows how queues are getting on: depth, states, rates of the last minute, workers.",
      "",
      "Without a name it shows all queues. With --watch it adds a line each second."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks queue stats default",
      "  tasks queue stats default --watch",
      "  tasks queue stats --output json"
    })
final class QueueStatsCommand implements Callable<Integer> {
  private static final long EVERY_MILLIS = 1_000;
  private static final int HEADING_EVERY = 20;

  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "QUEUE", arity = "0..*", description = "The queues (default: all).")
  private List<String> names = List.of();

  @Option(names = "--watch", description = "Show one queue again each second, until stopped.")
  private boolean watch;

  QueueStatsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (watch && names.size() != 1) {
      throw Usage.error(spec, "expected one queue with --watch, found " + names.size());
    }
    try (Tasks tasks = context.connect()) {
      if (watch) {
        return watch(tasks, names.getFirst());
      }
      show(read(tasks));
    }
    return ExitCodes.DONE;
  }

  private List<QueueStats> read(Tasks tasks) {
    List<String> wanted =
        names.isEmpty()
            ? tasks.queues().listQueues().stream().map(Queue::name).sorted().toList()
            : names;
    List<QueueStats> all = new ArrayList<>();
    wanted.forEach(name -> all.add(tasks.queues().stats(name)));
    return all;
  }

  private void show(List<QueueStats> all) {
    if (context.options().json()) {
      boolean one = names.size() == 1;
      context
          .terminal()
          .json(one ? StatsJson.of(all.getFirst()) : all.stream().map(StatsJson::of).toList());
    } else if (names.size() == 1) {
      details(all.getFirst()).print(context.terminal());
    } else {
      TextTable table = headings("QUEUE");
      all.forEach(stats -> row(table, stats.queue() + (stats.paused() ? " (paused)" : ""), stats));
      table.print(context.terminal());
    }
  }

  private int watch(Tasks tasks, String name) throws InterruptedException {
    int lines = 0;
    do {
      try {
        line(tasks.queues().stats(name), lines++);
        context.terminal().flush();
      } catch (TasksException e) {
        if (lines == 0 || ExitCodes.of(e.code()) != ExitCodes.UNREACHABLE) {
          throw e;
        }
        context.terminal().say(Errors.reason(e));
      }
    } while (!context.stop().await(EVERY_MILLIS));
    return ExitCodes.DONE;
  }

  private void line(QueueStats stats, int number) {
    if (context.options().json()) {
      context.terminal().json(StatsJson.of(stats));
      return;
    }
    TextTable table = headings("TIME     ");
    row(table, context.clock().instant().toString().substring(11, 19), stats);
    List<String> lines = table.lines();
    if (number % HEADING_EVERY == 0) {
      context.terminal().result(lines.getFirst());
    }
    context.terminal().result(lines.getLast());
  }

  /** Wide enough for most numbers, so that the lines of a watch stay aligned. */
  private static TextTable headings(String first) {
    return new TextTable(
        first,
        "DEPTH    ",
        "QUEUED   ",
        "RUNNING",
        "SCHEDULED",
        "RETRYING",
        "DEAD   ",
        "IN/S    ",
        "OUT/S   ",
        "ERRORS",
        "OLDEST  ",
        "WORKERS");
  }

  private static void row(TextTable table, String first, QueueStats stats) {
    table.row(
        first,
        stats.depth(),
        count(stats, JobState.QUEUED),
        count(stats, JobState.RUNNING),
        count(stats, JobState.SCHEDULED),
        count(stats, JobState.RETRYING),
        count(stats, JobState.DEAD),
        rate(stats.enqueuedPerSecond()),
        rate(stats.finishedPerSecond()),
        percent(stats.errorRate()),
        seconds(stats.oldestAgeSeconds()),
        stats.workers());
  }

  private static TextTable details(QueueStats stats) {
    TextTable table = new TextTable("queue", stats.queue());
    table.row("paused", stats.paused() ? "yes" : "no").row("depth", stats.depth());
    for (Priority lane : Priority.values()) {
      long depth = stats.byLane().getOrDefault(lane, 0L);
      if (lane == Priority.NORMAL || depth > 0) {
        table.row("  " + lane.lane(), depth);
      }
    }
    for (JobState state : JobState.values()) {
      table.row(state.name().toLowerCase(Locale.ROOT), count(stats, state));
    }
    table.row("oldest", seconds(stats.oldestAgeSeconds()));
    table.row("enqueued", rate(stats.enqueuedPerSecond()) + "/s");
    table.row("finished", rate(stats.finishedPerSecond()) + "/s");
    table.row("errors", percent(stats.errorRate()));
    table.row("workers", stats.workers()).row("partitions", stats.partitions());
    table.row("lag", stats.lag()).row("tracker's lag", stats.trackerLag());
    return table;
  }

  private static long count(QueueStats stats, JobState state) {
    return stats.byState().getOrDefault(state, 0L);
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10 ? "%.2f" : "%.0f", perSecond);
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f%%", part * 100);
  }

  private static @Nullable String seconds(@Nullable Double age) {
    return age == null ? null : String.format(Locale.ROOT, "%.1fs", age);
  }
}

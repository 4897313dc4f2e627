package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.QueueShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code tasks queue list}. */
@Command(
    name = "list",
    description = "Lists the queues: how they stand, and what is declared of them.")
final class QueueListCommand implements Callable<Integer> {
  private final Context context;

  QueueListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<QueueRow> rows = new ArrayList<>();
    try (Tasks tasks = context.connect()) {
      Set<String> paused = tasks.queues().paused();
      for (Queue queue : tasks.queues().listQueues()) {
        rows.add(QueueRow.of(queue, paused.contains(queue.name()), depth(tasks, queue.name())));
      }
    }
    rows.sort(Comparator.comparing(row -> row.definition().name()));
    if (context.options().json()) {
      context.terminal().json(rows);
    } else {
      table(rows).print(context.terminal());
    }
    return ExitCodes.DONE;
  }

  /** What the catalog says of a queue is known to users who may not look at its topics. */
  private static @Nullable Map<Priority, Long> depth(Tasks tasks, String queue) {
    try {
      return tasks.queues().depth(queue);
    } catch (TasksException e) {
      if (e.code() == ErrorCode.FORBIDDEN) {
        return null;
      }
      throw e;
    }
  }

  private static TextTable table(List<QueueRow> rows) {
    TextTable table =
        new TextTable(
            "QUEUE",
            "STATE",
            "DEPTH",
            "CONCURRENCY",
            "PARTITIONS",
            "ORDERING",
            "ATTEMPTS",
            "TIMEOUT",
            "RATE",
            "DEAD LETTERS");
    for (QueueRow row : rows) {
      QueueShape queue = row.definition();
      table.row(
          queue.name(),
          row.paused() ? "paused" : "open",
          row.depthText(),
          queue.concurrency(),
          queue.partitions(),
          queue.ordering(),
          queue.deadLetterAfterAttempts(),
          queue.timeout(),
          rate(queue),
          queue.deadLetterQueue());
    }
    return table;
  }

  private static @Nullable String rate(QueueShape queue) {
    return queue.rateLimit() == null
        ? null
        : String.format(Locale.ROOT, "%.3g/s", queue.rateLimit().perSecond());
  }
}

package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code tasks queue list}. */
@Command(name = "list", description = "Lists the queues and what is declared of them.")
final class QueueListCommand implements Callable<Integer> {
  private final Context context;

  QueueListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<Queue> queues;
    try (Tasks tasks = context.connect()) {
      queues =
          tasks.queues().listQueues().stream().sorted(Comparator.comparing(Queue::name)).toList();
    }
    if (context.options().json()) {
      context.terminal().json(queues.stream().map(QueueShape::of).toList());
    } else {
      table(queues).print(context.terminal());
    }
    return ExitCodes.DONE;
  }

  private static TextTable table(List<Queue> queues) {
    TextTable table =
        new TextTable(
            "QUEUE",
            "CONCURRENCY",
            "PARTITIONS",
            "ORDERING",
            "LANES",
            "ATTEMPTS",
            "TIMEOUT",
            "RATE",
            "DEAD LETTERS");
    for (Queue queue : queues) {
      QueueShape shape = QueueShape.of(queue);
      table.row(
          queue.name(),
          queue.concurrency(),
          queue.partitions(),
          shape.ordering(),
          String.join(",", shape.priorities()),
          queue.attemptsOf(queue.retry()),
          queue.timeout() == null ? null : Durations.format(queue.timeout()),
          rate(shape),
          shape.deadLetterQueue());
    }
    return table;
  }

  private static @Nullable String rate(QueueShape queue) {
    return queue.rateLimit() == null
        ? null
        : String.format(Locale.ROOT, "%.3g/s", queue.rateLimit().perSecond());
  }
}

package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks queue add-partitions}. */
@Command(
    name = "add-partitions",
    description = {
      "Gives a queue more partitions, so that more workers can share it. There is no way back.",
      "",
      "Workers take them up within 10 seconds. A queue that orders by key must be paused and empty,"
          + " and nothing may be enqueued until every producer knows the new partitions: 10 seconds"
          + " for Tasks' own, metadata.max.age.ms (5 minutes by default) for other Kafka clients."
    },
    footerHeading = "%nExample:%n",
    footer = "  tasks queue add-partitions files 16")
final class QueueAddPartitionsCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "QUEUE", description = "The queue's name.")
  private String queue = "";

  @Parameters(index = "1", paramLabel = "N", description = "How many partitions it has then.")
  private int partitions;

  QueueAddPartitionsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (partitions < 1) {
      throw Usage.error(spec, "expected 1 partition or more, found " + partitions);
    }
    try (Tasks tasks = context.connect()) {
      tasks.queues().addPartitions(queue, partitions);
    }
    if (context.options().json()) {
      context.terminal().json(new Grown(queue, partitions));
    } else {
      context.terminal().result("queue %s has %d partitions".formatted(queue, partitions));
    }
    return ExitCodes.DONE;
  }

  private record Grown(String queue, int partitions) {}
}

package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tasks queue pause}. */
@Command(
    name = "pause",
    description = "Lets no further job of a queue start; running ones go on to their end.")
final class QueuePauseCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "QUEUE", description = "The queue's name.")
  private String queue = "";

  QueuePauseCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Tasks tasks = context.connect()) {
      tasks.queues().pause(queue);
    }
    if (context.options().json()) {
      context.terminal().json(new QueueStateShape(queue, true));
    } else {
      context.terminal().result("queue " + queue + " is paused");
    }
    return ExitCodes.DONE;
  }
}

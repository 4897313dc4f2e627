package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tasks queue resume}. */
@Command(name = "resume", description = "Lets the jobs of a paused queue start again.")
final class QueueResumeCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "QUEUE", description = "The queue's name.")
  private String queue = "";

  QueueResumeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Tasks tasks = context.connect()) {
      tasks.queues().resume(queue);
    }
    if (context.options().json()) {
      context.terminal().json(new QueueStateShape(queue, false));
    } else {
      context.terminal().result("queue " + queue + " is no longer paused");
    }
    return ExitCodes.DONE;
  }
}

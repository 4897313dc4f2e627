package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks queue delete}. */
@Command(
    name = "delete",
    description =
        "Deletes a queue with its topics and every job in them, its dead letters too unless"
            + " another queue shares them. There is no way back.")
final class QueueDeleteCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "QUEUE", description = "The queue's name.")
  private String queue = "";

  @Option(names = "--yes", description = "Confirms it.")
  private boolean yes;

  QueueDeleteCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (!yes && spec != null) {
      throw new ParameterException(
          spec.commandLine(),
          "deleting queue %s loses every job in it; confirm it with --yes".formatted(queue));
    }
    try (Tasks tasks = context.connect()) {
      tasks.queues().deleteQueue(queue);
    }
    if (context.options().json()) {
      context.terminal().json(new Deleted(queue, true));
    } else {
      context.terminal().result("queue " + queue + " is deleted");
    }
    return ExitCodes.DONE;
  }

  private record Deleted(String queue, boolean deleted) {}
}

package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.client.QueueShape;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks queue create}. */
@Command(
    name = "create",
    description = {
      "Creates a queue with its topics.",
      "",
      "Creating one that exists with the same definition does nothing; with another one it is an"
          + " error, and 'tasks apply' changes it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks queue create files",
      "  tasks queue create orders --ordering key --concurrency 50 --max-attempts 5",
      "  tasks queue create mails --rate-limit 100 --priorities high,normal,low"
    })
final class QueueCreateCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private QueueOptions options = new QueueOptions();

  @Parameters(paramLabel = "NAME", description = "Letters a-z, digits, _ and -.")
  private String name = "";

  @Option(
      names = "--replication",
      paramLabel = "N",
      description = "Replicas of its topics (default: 1).")
  private int replication = 1;

  QueueCreateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Queue queue = Usage.checked(spec, () -> options.queue(name));
    TasksConfig config =
        Usage.checked(spec, () -> context.options().config().replication(replication));
    try (Tasks tasks = context.connector().connect(config)) {
      tasks.queues().createQueue(queue);
    }
    if (context.options().json()) {
      context.terminal().json(QueueShape.of(queue));
    } else {
      context.terminal().result("queue " + name + " is there");
    }
    return ExitCodes.DONE;
  }
}

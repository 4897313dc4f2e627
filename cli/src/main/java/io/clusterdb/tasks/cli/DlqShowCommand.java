package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.clusterdb.tasks.DeadJob;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.client.DeadJobJson;
import io.clusterdb.tasks.codec.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tasks dlq show}. */
@Command(
    name = "show",
    description =
        "Shows a dead letter with its payload and the errors of all its attempts, as JSON.",
    footerHeading = "%nExample:%n",
    footer = "  tasks dlq show files --id job-123")
final class DlqShowCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "QUEUE", description = "A queue, or a dead letter queue.")
  private String queue = "";

  @Option(
      names = "--id",
      required = true,
      paramLabel = "ID",
      description = "The job; each of its runs that ended here is shown.")
  private String id = "";

  DlqShowCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    List<DeadJob> found;
    try (Tasks tasks = context.connect()) {
      found = tasks.queues().deadLetters(queue).find(id);
    }
    if (found.isEmpty()) {
      throw new TasksException(
          ErrorCode.JOB_NOT_FOUND,
          "there is no dead letter of job %s in %s. See which there are with 'tasks dlq list %s'."
              .formatted(id, queue, queue));
    }
    for (DeadJob job : found) {
      if (context.options().json()) {
        context.terminal().json(DeadJobJson.of(job));
      } else {
        context
            .terminal()
            .result(
                Json.mapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(DeadJobJson.of(job)));
      }
    }
    return ExitCodes.DONE;
  }
}

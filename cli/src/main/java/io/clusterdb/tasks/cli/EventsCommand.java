package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.EventJson;
import io.clusterdb.tasks.client.EventReader;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tasks events}: the event log as lines. */
@Command(
    name = "events",
    description = {
      "Prints the event log, a line for each event: every attempt's outcome, and RUNNING for jobs"
          + " that take long.",
      "",
      "Without --follow it starts at the oldest event that is kept and stops at the end; with it,"
          + " it starts at the end, unless --from-beginning is given too, and goes on until it is"
          + " stopped."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks events --queue files --from-beginning --output json",
      "  tasks events --job job-123",
      "  tasks events --follow"
    })
final class EventsCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--queue", paramLabel = "Q", description = "Events of this queue only.")
  private @Nullable String queue;

  @Option(names = "--job", paramLabel = "ID", description = "Events of the job of this id only.")
  private @Nullable String job;

  @Option(names = "--from-beginning", description = "Start at the oldest event that is kept.")
  private boolean fromBeginning;

  @Option(names = "--follow", description = "Go on with events as they come.")
  private boolean follow;

  private long shown;

  EventsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    EventReader.Query query = new EventReader.Query(queue, job, fromBeginning || !follow, follow);
    try (Tasks tasks = context.connect()) {
      new EventReader(TasksRuntime.of(tasks)).read(query, this::pause, this::show);
    }
    if (shown == 0) {
      context.terminal().say("no events");
    }
    return ExitCodes.DONE;
  }

  /** Makes what came so far visible; whether to stop. */
  private boolean pause() {
    context.terminal().flush();
    return Thread.currentThread().isInterrupted();
  }

  private void show(JobEvent event) {
    shown++;
    if (context.options().json()) {
      context.terminal().json(EventJson.of(event));
    } else {
      context.terminal().result(EventLine.of(event));
    }
  }
}

package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.EventJson;
import io.clusterdb.tasks.client.EventReader;
import io.clusterdb.tasks.client.JobCommands;
import io.clusterdb.tasks.client.TasksRuntime;
import io.clusterdb.tasks.codec.Json;
import io.clusterdb.tasks.schemas.avro.JobEvent;
import io.clusterdb.tasks.schemas.avro.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tasks job cancel}. */
@Command(
    name = "cancel",
    description = {
      "Ends a job without another attempt.",
      "",
      "One that waits for its time ends at once, one that runs is interrupted, and one that is"
          + " queued ends when a worker reaches it. The command waits until the event log says so;"
          + " past --within it stays in force for about a day. An ended job is not changed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks job cancel job-123",
      "  tasks job cancel job-123 --reason 'ordered twice' --within 1m"
    })
final class JobCancelCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private String id = "";

  @Option(
      names = "--run",
      paramLabel = "RUN",
      description = "This run only (default: whichever there is of the job now).")
  private @Nullable String run;

  @Option(names = "--reason", paramLabel = "TEXT", description = "For people who read the log.")
  private @Nullable String reason;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      description = "How long to wait until it is done (default: 10s).")
  private Duration within = Duration.ofSeconds(10);

  private @Nullable String command;
  private Instant sent = Instant.MAX;
  private long sentNanos;
  private @Nullable JobEvent end;

  JobCancelCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Tasks tasks = context.connect()) {
      TasksRuntime runtime = TasksRuntime.of(tasks);
      new EventReader(runtime)
          .read(
              new EventReader.Query(null, id, false, true),
              () -> send(runtime.commands()),
              this::over,
              this::look);
    }
    JobEvent found = end;
    boolean done = found != null && found.getState() == JobState.CANCELLED;
    if (context.options().json()) {
      context.terminal().json(json(done, found));
    } else if (done) {
      context.terminal().result("job " + id + " is cancelled");
    }
    if (!done) {
      context.terminal().say(found == null ? unanswered() : ended(found));
    }
    return done ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private void send(JobCommands commands) {
    command = commands.cancel(new JobCommands.Target(id, run, null), reason);
    sent = context.clock().instant();
    sentNanos = context.nanoTime().getAsLong();
  }

  private boolean over() {
    return end != null
        || Thread.currentThread().isInterrupted()
        || context.nanoTime().getAsLong() - sentNanos > within.toNanos();
  }

  /** Keeps the end of the run that is meant; the answer to this very command above all. */
  private void look(JobEvent event) {
    boolean terminal =
        switch (event.getState()) {
          case SUCCEEDED, DEAD, CANCELLED -> true;
          case SCHEDULED, QUEUED, RUNNING, RETRYING -> false;
        };
    boolean meant =
        run == null
            ? event.getCreatedAt() == null || !event.getCreatedAt().isAfter(sent)
            : run.equals(event.getRun());
    JobEvent known = end;
    boolean answered = known != null && Objects.equals(known.getCommandId(), command);
    if (terminal && meant && !answered) {
      end = event;
    }
  }

  private ObjectNode json(boolean done, @Nullable JobEvent found) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("jobId", id);
    node.put("commandId", command);
    node.put("done", done);
    node.set("event", found == null ? null : EventJson.of(found));
    return node;
  }

  private String ended(JobEvent event) {
    return "job %s had ended otherwise before it could be cancelled: %s"
        .formatted(id, event.getState());
  }

  private String unanswered() {
    return ("the command to cancel job %s is accepted, and nobody has answered it within %s. The"
            + " job may be queued behind others, its workers or the scheduler may be down, or it"
            + " has ended or never was. See 'tasks events --job %s'.")
        .formatted(id, Durations.format(within), id);
  }
}

package io.clusterdb.tasks.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.JobAttempt;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.client.AttemptJson;
import io.clusterdb.tasks.codec.Json;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tasks job attempts}. */
@Command(
    name = "attempts",
    description = {
      "Shows how the attempts of a job ended, with errors and stack traces.",
      "",
      "Of its run that has not ended, else of the last one. Stack traces are there as long as the"
          + " event log keeps them, for seven days by default."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tasks job attempts job-123", "  tasks job attempts job-123 --output json"})
final class JobAttemptsCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private String id = "";

  @Option(names = "--run", paramLabel = "RUN", description = "This run of it.")
  private @Nullable String run;

  JobAttemptsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<JobAttempt> attempts;
    try (Tasks tasks = context.connect()) {
      attempts =
          run == null
              ? tasks.tasks().getTaskAttempts(id)
              : tasks.tasks().getTaskAttempts(new JobId(id, run));
    }
    if (context.options().json()) {
      context.terminal().json(json(attempts));
    } else if (attempts.isEmpty()) {
      context.terminal().say("no attempt of this job has ended");
    } else {
      attempts.forEach(this::print);
    }
    return ExitCodes.DONE;
  }

  private ObjectNode json(List<JobAttempt> attempts) {
    ObjectNode node = Json.mapper().createObjectNode().put("id", id);
    ArrayNode array = node.putArray("attempts");
    attempts.forEach(each -> array.add(AttemptJson.of(each)));
    return node;
  }

  private void print(JobAttempt attempt) {
    StringBuilder line = new StringBuilder();
    line.append("attempt ").append(attempt.number()).append("  ").append(attempt.state());
    if (attempt.at() != null) {
      line.append("  ").append(attempt.at());
    }
    if (attempt.duration() != null) {
      line.append("  took ").append(Durations.format(attempt.duration()));
    }
    if (attempt.worker() != null) {
      line.append("  on ").append(attempt.worker());
    }
    say(line.toString());
    JobFailure error = attempt.error();
    if (error != null) {
      say("  " + error.type() + ": " + error.message());
    }
    if (attempt.stackTrace() != null) {
      attempt.stackTrace().lines().forEach(each -> say("    " + each.replace("\t", "    ")));
    }
    if (attempt.note() != null) {
      say("  " + attempt.note());
    }
  }

  private void say(String line) {
    context.terminal().result(TextTable.printable(line));
  }
}

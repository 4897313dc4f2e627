package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Admission;
import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.Job;
import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.JobId;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.TaskResult;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tasks enqueue}: one job, or one a line. */
@Command(
    name = "enqueue",
    description = {
      "Puts one job into a queue, or one for each line of a file.",
      "",
      "With --from, each line is one JSON value, which is the payload (NDJSON); blank lines are"
          + " skipped. With --lines each line as it is, the empty one too, is the payload, as a"
          + " JSON string: nothing is trimmed, and quotes and backslashes need no care. A line that"
          + " cannot be a job is named on standard error, the rest goes on, and the exit code is 1."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tasks enqueue default --type greet --payload '{\"name\": \"Ada\"}'",
      "  tasks enqueue default --type report --id report-7 --delay 5m --priority high",
      "  tasks enqueue default --type resize --payload '\"a.png\"' --wait",
      "  tasks enqueue orders --type order --from orders.ndjson",
      "  tasks enqueue orders --type order --from orders.ndjson --batch monday --then"
          + " reports:Summary",
      "  find . -type f | tasks enqueue files --type sha256 --from - --lines"
    })
final class EnqueueCommand implements Callable<Integer> {
  /** Longest line; more than a record of any usual broker. */
  private static final int MAX_LINE = 16 * 1024 * 1024;

  private static final Duration WAIT = Duration.ofMinutes(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final Context context;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private JobOptions options = new JobOptions();
  @Mixin private BatchOptions batch = new BatchOptions();

  @Parameters(paramLabel = "QUEUE", description = "Name of the queue.")
  private String queue = "";

  @Option(names = "--payload", paramLabel = "JSON", description = "The payload (default: none).")
  private @Nullable String payload;

  @Option(
      names = "--from",
      paramLabel = "F|-",
      description = "One job a line of this file, or of standard input.")
  private @Nullable String from;

  @Option(names = "--lines", description = "With --from: the line itself is the payload.")
  private boolean lines;

  @Option(
      names = "--wait",
      description = "Wait for the outcome and print the result; exit code 1 unless all ended well.")
  private boolean wait;

  @Option(
      names = "--wait-timeout",
      paramLabel = "DURATION",
      description = "With --wait: how long for each job, exit code 1 past it (default: 5m).")
  private @Nullable Duration waitTimeout;

  EnqueueCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    check();
    if (from != null) {
      return many(from);
    }
    @Nullable Payload value = payload == null ? null : Payload.json(payload);
    try (Tasks tasks = context.connect()) {
      return wait ? one(await(tasks, value).get()) : one(tasks, value);
    }
  }

  private void check() {
    try {
      options.check(queue);
      batch.check(from != null, wait);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    if (payload != null && from != null) {
      throw usage("expected --payload or --from, found both");
    }
    if (lines && from == null) {
      throw usage(
          "--lines says how --from is read: name a file with --from, or - for standard input");
    }
    if (from != null && options.named()) {
      throw usage("--id names one job, and --from makes many: leave out one of them");
    }
    if (waitTimeout != null && !wait) {
      throw usage("--wait-timeout says how long --wait waits: add --wait, or leave it out");
    }
    if (waitTimeout != null && (waitTimeout.toMillis() < 1 || waitTimeout.toDays() > 365)) {
      throw usage("--wait-timeout: expected 1ms to 365d, found " + Durations.format(waitTimeout));
    }
    if (wait && options.asksForAdmission()) {
      throw usage(
          "--wait is for jobs that run now: leave out --unique-key, or follow the job with 'tasks"
              + " events --job ID --follow'");
    }
    if (wait && options.waitsForItsTime()) {
      throw usage(
          "--wait is for jobs that run now: leave out --delay and --at, or follow the job with"
              + " 'tasks events --job ID --follow'");
    }
    if (payload != null) {
      JsonText.problem(payload)
          .ifPresent(
              problem -> {
                throw usage("--payload: " + problem);
              });
    }
  }

  private int one(Tasks tasks, @Nullable Payload value) {
    if (options.asksForAdmission()) {
      return unique(tasks, value);
    }
    JobId id = tasks.queues().enqueue(options.job(queue, value));
    if (context.options().json()) {
      context.terminal().json(Shapes.Enqueued.of(id, queue, options.type()));
    } else {
      context.terminal().result(id.value());
    }
    return ExitCodes.DONE;
  }

  private int unique(Tasks tasks, @Nullable Payload value) {
    Job job = options.job(queue, value);
    Admission admission = tasks.queues().enqueueUnique(job, ANSWER);
    @Nullable JobId holder = admission instanceof Admission.Held held ? held.holder() : null;
    if (context.options().json()) {
      context
          .terminal()
          .json(Shapes.EnqueuedUnique.of(admission.job(), queue, options.type(), holder));
      return ExitCodes.DONE;
    }
    context.terminal().result(admission.job().value());
    if (holder != null) {
      context
          .terminal()
          .say("not admitted: job %s holds the key, and does the work".formatted(holder.value()));
    }
    return ExitCodes.DONE;
  }

  private int one(TaskResult done) {
    return ended(done) ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private int many(String source) throws IOException, InterruptedException {
    try (InputStream input = open(source);
        Tasks tasks = context.connect()) {
      if (tasks.queues().getQueue(queue).isEmpty()) { // also where the input is empty
        throw new TasksException(
            ErrorCode.QUEUE_NOT_FOUND,
            "there is no queue %s. Create it with 'tasks queue create %s'."
                .formatted(queue, queue));
      }
      Progress progress = new Progress(context.terminal(), context.nanoTime());
      BulkEnqueue bulk =
          new BulkEnqueue(
              context.terminal(),
              progress,
              lines ? JobLine::ofText : JobLine::ofJson,
              value -> wait ? sendAndWait(tasks, value) : send(tasks, value));
      BulkEnqueue.Summary summary = bulk.run(new LineReader(input, MAX_LINE));
      closeBatch(tasks, summary);
      return report(summary, progress.seconds());
    }
  }

  private void closeBatch(Tasks tasks, BulkEnqueue.Summary summary) {
    if (batch.id() == null) {
      return;
    }
    if (summary.failed() == 0 && summary.fatal() == null) {
      batch.close(tasks, summary.enqueued());
    } else {
      context
          .terminal()
          .say("batch %s stays open, since not all of its jobs were taken".formatted(batch.id()));
    }
  }

  private CompletableFuture<Boolean> send(Tasks tasks, Payload value) {
    Job job = options.job(queue, value, batch.id());
    return tasks.queues().enqueueAsync(job).thenApply(id -> true);
  }

  private CompletableFuture<Boolean> sendAndWait(Tasks tasks, Payload value) {
    return await(tasks, value).thenApply(this::ended);
  }

  private CompletableFuture<TaskResult> await(Tasks tasks, @Nullable Payload value) {
    Duration limit = waitTimeout == null ? WAIT : waitTimeout;
    return tasks.tasks().executeTaskAsync(options.task(queue, value), limit);
  }

  private int report(BulkEnqueue.Summary summary, double seconds) {
    if (context.options().json()) {
      double rounded = Math.round(seconds * 1000) / 1000.0;
      if (!wait) {
        context
            .terminal()
            .json(new Shapes.EnqueuedMany(summary.enqueued(), summary.failed(), rounded));
      }
    } else {
      String text =
          "%,d jobs %s in %.1f s%s"
              .formatted(
                  summary.enqueued(),
                  wait ? "ended well" : "enqueued",
                  seconds,
                  summary.failed() == 0 ? "" : ", %,d failed".formatted(summary.failed()));
      if (wait) {
        context.terminal().say(text);
      } else {
        context.terminal().result(text);
      }
    }
    @Nullable Throwable fatal = summary.fatal();
    if (fatal instanceof TasksException e) {
      throw e;
    }
    return summary.failed() == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  /** Prints how a job ended; whether it did so well. */
  private boolean ended(TaskResult done) {
    if (context.options().json()) {
      context.terminal().json(Shapes.Ended.of(done, queue, options.type()));
    } else if (done.succeeded()) {
      context.terminal().result(done.result() == null ? "" : done.result());
    }
    if (!done.succeeded()) {
      @Nullable JobFailure failure = done.failure();
      context
          .terminal()
          .say(
              "job %s ended %s after %d attempts%s"
                  .formatted(
                      done.job(),
                      done.state(),
                      done.attempts(),
                      failure == null ? "" : ": " + failure.type() + ": " + failure.message()));
    }
    return done.succeeded();
  }

  private InputStream open(String source) throws IOException {
    if (source.equals("-")) {
      return context.terminal().in();
    }
    Path file = Path.of(source);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw usage("--from: expected a file that can be read, found " + file);
    }
    return Files.newInputStream(file);
  }

  private ParameterException usage(String message) {
    return Usage.error(spec, message);
  }
}

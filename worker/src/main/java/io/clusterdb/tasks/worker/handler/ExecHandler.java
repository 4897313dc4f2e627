package io.clusterdb.tasks.worker.handler;

import io.clusterdb.tasks.JobContext;
import io.clusterdb.tasks.JobHandler;
import io.clusterdb.tasks.Payload;
import io.clusterdb.tasks.TasksException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs by a command: a worker in any language. Thread-safe.
 *
 * <p>The payload comes on standard input as it is; {@code {}} in an argument stands for it, where
 * no shell is asked for: a JSON string's text, a number or boolean as it is written, anything else
 * as compact JSON. Job data are in {@code TASKS_JOB_ID}, {@code _RUN}, {@code _TYPE}, {@code
 * _QUEUE}, {@code _KEY}, {@code _ATTEMPT}, {@code _MAX_ATTEMPTS}, {@code _PRIORITY}, {@code
 * _CREATED_AT}, {@code _DEADLINE}, {@code _BATCH_ID}, {@code _CONTENT_TYPE} and {@code
 * _META_<NAME>}, and in {@code TASKS_FENCING_TOKEN}, {@code TRACEPARENT} and {@code TRACESTATE};
 * what the job does not have is not set.
 *
 * <p>Exit code 0 succeeds: standard output, less its last newline, is the result, as JSON if it
 * parses, else as a string; no output is no result. Exit code 75 fails with type {@code
 * TransientError}, any other with {@code ExecError}, and a last line {@code {"error": {"type": "…",
 * "message": "…"}}} on standard error names the error; the types {@code PermanentFailure} and
 * {@code Discard} do what the exceptions of these names do. When the attempt times out or is
 * cancelled, the command and all that it started get SIGTERM, and after a grace SIGKILL.
 */
public final class ExecHandler implements JobHandler<Payload> {
  /** How long output may still come once the command has ended, from what it left running. */
  private static final Duration STRAGGLERS = Duration.ofSeconds(1);

  private static final int ERROR_BYTES = 16 * 1024;
  private static final byte[] NOTHING = {};

  private final CommandTemplate command;
  private final ExecOptions options;
  private final Launcher launcher;

  ExecHandler(CommandTemplate command, ExecOptions options, Launcher launcher) {
    this.command = command;
    this.options = options;
    this.launcher = launcher;
  }

  /**
   * Runs a command line without a shell: quoted as in one, but nothing is expanded.
   *
   * @throws TasksException INVALID_CONFIG if a quote stays open, or it needs a shell
   */
  public static ExecHandler command(String command, ExecOptions options) {
    return new ExecHandler(CommandTemplate.direct(command), options, Launcher.ofThisProcess());
  }

  /**
   * Runs a command line by {@code sh -c}.
   *
   * @throws TasksException INVALID_CONFIG if it holds {@code {}}
   */
  public static ExecHandler shell(String command, ExecOptions options) {
    return new ExecHandler(CommandTemplate.shell(command), options, Launcher.ofThisProcess());
  }

  @Override
  public @Nullable Object handle(Payload payload, JobContext context) throws InterruptedException {
    List<String> words =
        command.wantsPayload() ? command.with(PayloadArgument.of(payload)) : command.words();
    Process process = launcher.start(words, JobEnvironment.of(context));
    CommandOutcome outcome;
    try {
      outcome = run(process, payload.bytes());
    } finally {
      if (process.isAlive()) {
        new ProcessTree(process).stop(options.killGrace());
      }
    }
    if (!outcome.errors().isBlank()) {
      context
          .logger()
          .debug("{} of job {}: {}", command.name(), context.job().id(), outcome.errors());
    }
    return outcome.result();
  }

  private CommandOutcome run(Process process, byte @Nullable [] payload)
      throws InterruptedException {
    HeadSink output = new HeadSink(options.maxResultBytes());
    TailSink errors = new TailSink(ERROR_BYTES);
    Pump outputs = Pump.drain(process.getInputStream(), output);
    Pump complaints = Pump.drain(process.getErrorStream(), errors);
    Pump.feed(payload == null ? NOTHING : payload, process.getOutputStream());
    int exit = process.waitFor();
    outputs.await(STRAGGLERS);
    complaints.await(STRAGGLERS);
    return new CommandOutcome(
        command.name(),
        exit,
        output.bytes(),
        output.total(),
        options.maxResultBytes(),
        errors.text());
  }
}

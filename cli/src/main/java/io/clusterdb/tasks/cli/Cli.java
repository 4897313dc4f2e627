package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Durations;
import io.clusterdb.tasks.Priority;
import io.clusterdb.tasks.acl.Role;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The {@code tasks} command as a function of its arguments and streams. */
public final class Cli {
  private final Terminal terminal;
  private final GlobalOptions options;
  private final Errors errors;
  private final Context context;

  Cli(Terminal terminal, Map<String, String> environment, Connector connector, StopSignal stop) {
    this.terminal = terminal;
    this.options = new GlobalOptions(environment);
    this.errors = new Errors(terminal, options);
    this.context =
        new Context(terminal, options, connector, stop, InstantSource.system(), System::nanoTime);
  }

  /**
   * Runs a command in this process, as the process would: for tests and tools. A command that runs
   * until it is stopped ends when the calling thread is interrupted.
   *
   * @return the exit code
   */
  public static int run(
      InputStream in,
      OutputStream out,
      PrintStream err,
      Map<String, String> environment,
      String... arguments) {
    Terminal terminal = new Terminal(in, out, err, false);
    StopSignal stop = new StopSignal();
    int code = new Cli(terminal, environment, Connector.TO_KAFKA, stop).execute(arguments);
    stop.ended(code); // or the end of this process would wait for a command that ended long ago
    return code;
  }

  /** Runs a command and returns its exit code. */
  int execute(String... arguments) {
    try {
      int code = commandLine().execute(arguments);
      terminal.flush();
      return code;
    } catch (UncheckedIOException e) { // help and results that could not be written at the end
      return errors.of(e);
    }
  }

  CommandLine commandLine() {
    CommandLine queue =
        new CommandLine(new QueueCommand())
            .addSubcommand(new QueueCreateCommand(context))
            .addSubcommand(new QueueListCommand(context))
            .addSubcommand(new QueueStatsCommand(context))
            .addSubcommand(new QueuePauseCommand(context))
            .addSubcommand(new QueueResumeCommand(context))
            .addSubcommand(new QueueAddPartitionsCommand(context))
            .addSubcommand(new QueueDeleteCommand(context));
    CommandLine job =
        new CommandLine(new JobCommand())
            .addSubcommand(new JobStatusCommand(context))
            .addSubcommand(new JobAttemptsCommand(context))
            .addSubcommand(new JobListCommand(context))
            .addSubcommand(new JobResultCommand(context))
            .addSubcommand(new JobCancelCommand(context))
            .addSubcommand(new JobRetryCommand(context));
    CommandLine dlq =
        new CommandLine(new DlqCommand())
            .addSubcommand(new DlqListCommand(context))
            .addSubcommand(new DlqShowCommand(context))
            .addSubcommand(new DlqReplayCommand(context))
            .addSubcommand(new DlqPurgeCommand(context));
    CommandLine schedule =
        new CommandLine(new ScheduleCommand())
            .addSubcommand(new ScheduleListCommand(context))
            .addSubcommand(new ScheduleShowCommand(context))
            .addSubcommand(new ScheduleTriggerCommand(context))
            .addSubcommand(new ScheduleChangeCommand.Pause(context))
            .addSubcommand(new ScheduleChangeCommand.Resume(context))
            .addSubcommand(new ScheduleChangeCommand.Delete(context));
    CommandLine workflow =
        new CommandLine(new WorkflowCommand())
            .addSubcommand(new WorkflowStartCommand(context))
            .addSubcommand(new WorkflowStatusCommand(context))
            .addSubcommand(new WorkflowLogsCommand(context))
            .addSubcommand(new WorkflowListCommand(context))
            .addSubcommand(new WorkflowSteerCommand.Cancel(context))
            .addSubcommand(new WorkflowSteerCommand.Signal(context))
            .addSubcommand(new WorkflowSteerCommand.Retry(context));
    CommandLine root =
        new CommandLine(new TasksCommand(options))
            .addSubcommand(new DemoCommand(context))
            .addSubcommand(new DevCommand(context))
            .addSubcommand(new EnqueueCommand(context))
            .addSubcommand(new WorkerCommand(context))
            .addSubcommand(new EventsCommand(context))
            .addSubcommand(job)
            .addSubcommand(
                new CommandLine(new BatchCommand()).addSubcommand(new BatchStatusCommand(context)))
            .addSubcommand(queue)
            .addSubcommand(dlq)
            .addSubcommand(schedule)
            .addSubcommand(workflow)
            .addSubcommand(new ApplyCommand(context))
            .addSubcommand(new AlertsCommand(context))
            .addSubcommand(new DoctorCommand(context))
            .addSubcommand(new SizingCommand(context))
            .addSubcommand(new AclsCommand(context))
            .addSubcommand(new AuditCommand(context))
            .addSubcommand(new SchedulerCommand(context))
            .addSubcommand(new OrchestratorCommand(context))
            .addSubcommand(new CompletionCommand(context))
            .addSubcommand(new HelpCommand());
    HelpLayout.apply(root);
    return root.setOut(new PrintWriter(terminal.writer()))
        .setErr(
            new PrintWriter(new OutputStreamWriter(terminal.err(), StandardCharsets.UTF_8), true))
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors)
        .setExecutionStrategy(new Run(options))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false)
        .registerConverter(Duration.class, converter(Durations::parse))
        .registerConverter(Priority.class, converter(Priority::parse))
        .registerConverter(Role.class, converter(Role::parse))
        .registerConverter(Instant.class, converter(Cli::instant));
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expected a time with its offset, such as 2026-12-01T09:00:00Z, found \"" + text + "\"",
          e);
    }
  }

  /** Says what the parser said, without the names of Java's classes. */
  private static <T> ITypeConverter<T> converter(Function<String, T> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    };
  }
}

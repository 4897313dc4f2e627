package io.clusterdb.tasks.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The process behind {@code tasks}. */
public final class Main {
  /** Set by the launcher where a person watches standard error. */
  private static final String LIVE = "tasks.live";

  /** Set by the launcher where standard output is a terminal: how wide that is. */
  private static final String COLUMNS = "tasks.columns";

  private Main() {}

  /** Runs the command of these arguments and ends the process with its exit code. */
  public static void main(String[] arguments) {
    LogFormat.of(arguments, System.getenv()).use();
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    Terminal terminal =
        new Terminal(
            System.in,
            new FileOutputStream(FileDescriptor.out),
            err,
            Boolean.getBoolean(LIVE),
            Integer.getInteger(COLUMNS, 0));
    StopSignal stop = new StopSignal();
    int code = new Cli(terminal, System.getenv(), Connector.TO_KAFKA, stop).execute(arguments);
    stop.ended(code);
    System.exit(code);
  }
}

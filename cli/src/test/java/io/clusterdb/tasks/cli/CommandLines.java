package io.clusterdb.tasks.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The command line to ask about, without running anything. */
final class CommandLines {
  private CommandLines() {}

  static CommandLine all() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true);
    Terminal terminal =
        new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false);
    return new Cli(terminal, Map.of(), Connector.TO_KAFKA, new StopSignal()).commandLine();
  }

  /**
   * The name of the command that these arguments ask for.
   *
   * @throws CommandLine.ParameterException if there is no such command or option
   */
  static String parse(List<String> arguments) {
    ParseResult parsed = all().parseArgs(arguments.toArray(String[]::new));
    return parsed.subcommand().commandSpec().name();
  }
}

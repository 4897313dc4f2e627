package io.clusterdb.tasks.cli;

import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Chooses what is logged, before anything logs, and runs the command. */
final class Run implements IExecutionStrategy {
  private static final String OWN = "tasks.log.level";
  private static final String KAFKA = "kafka.log.level";

  private final GlobalOptions options;

  Run(GlobalOptions options) {
    this.options = options;
  }

  @Override
  public int execute(ParseResult parsed) {
    if (options.verbose()) {
      level(OWN, "DEBUG");
      level(KAFKA, "INFO");
    } else if (!(last(parsed).commandSpec().userObject() instanceof Service)) {
      // What a short command has to say of a failure is its error, in one line.
      level(OWN, "ERROR");
      level(KAFKA, "OFF");
    }
    return new RunLast().execute(parsed);
  }

  private static ParseResult last(ParseResult parsed) {
    return parsed.hasSubcommand() ? last(parsed.subcommand()) : parsed;
  }

  private static void level(String property, String level) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, level);
    }
  }
}

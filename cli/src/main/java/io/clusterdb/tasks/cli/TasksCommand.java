package io.clusterdb.tasks.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tasks} itself: shows what there is. */
@Command(
    name = "tasks",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    abbreviateSynopsis = true,
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%nArguments:%n",
    commandListHeading = "%nCommands:%n",
    usageHelpAutoWidth = true)
final class TasksCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private final GlobalOptions options;

  TasksCommand(GlobalOptions options) {
    this.options = options;
  }

  /** Options that every command takes. */
  GlobalOptions options() {
    return options;
  }

  @Override
  public void run() {
    if (spec != null) {
      CommandLine command = spec.commandLine();
      command.usage(command.getOut());
    }
  }
}

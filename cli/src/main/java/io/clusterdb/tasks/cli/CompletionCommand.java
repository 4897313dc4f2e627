package io.clusterdb.tasks.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tasks completion}. */
@Command(
    name = "completion",
    description = {
      "Prints a script with which bash and zsh complete the commands and options of tasks."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  source <(tasks completion)", "  tasks completion > /etc/bash_completion.d/tasks"})
final class CompletionCommand implements Callable<Integer> {
  private final Context context;

  @Spec private @Nullable CommandSpec spec;

  CompletionCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("the command was not parsed");
    }
    context.terminal().result(AutoComplete.bash("tasks", spec.root().commandLine()).strip());
    return ExitCodes.DONE;
  }
}

package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.config.Plan;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tasks apply}. */
@Command(
    name = "apply",
    description = {
      "Makes the platform's queues, types and schedules what a YAML file says, or with --dry-run"
          + " shows the difference.",
      "",
      "Every problem of the file is reported at once, with its line. What the file does not name is"
          + " left alone. The next times of each new or changed schedule are shown. --bootstrap,"
          + " --prefix and --registry, and what stands in for them in the environment, win over the"
          + " file."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  tasks apply -f tasks.yaml --dry-run", "  tasks apply -f tasks.yaml"})
final class ApplyCommand implements Callable<Integer> {
  private final Context context;

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "F",
      description = "The YAML file.")
  private @Nullable Path file;

  @Option(names = "--dry-run", description = "Change nothing, only show what would change.")
  private boolean dryRun;

  ApplyCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (file == null) {
      throw new IllegalStateException("--file is required");
    }
    TasksConfig wanted = ConfigFiles.load(file, context);
    Plan plan;
    try (Tasks tasks = context.connector().connect(context.options().over(wanted))) {
      plan = ConfigFiles.plan(tasks, wanted);
      if (!dryRun) {
        ConfigFiles.apply(tasks, plan);
      }
    }
    if (context.options().json()) {
      context.terminal().json(PlanShape.of(plan, !dryRun));
    } else {
      plan.lines().forEach(context.terminal()::result);
    }
    return plan.refused().isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
  }
}

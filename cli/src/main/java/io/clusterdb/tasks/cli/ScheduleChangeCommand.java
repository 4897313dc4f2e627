package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.ScheduleManager;
import io.clusterdb.tasks.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tasks schedule pause}, {@code resume} and {@code delete}. */
abstract sealed class ScheduleChangeCommand implements Callable<Integer> {
  private final Context context;
  private final String done;
  private final BiConsumer<ScheduleManager, String> change;

  @Parameters(paramLabel = "NAME", arity = "1..*", description = "One or more schedules.")
  private List<String> names = List.of();

  private ScheduleChangeCommand(
      Context context, String done, BiConsumer<ScheduleManager, String> change) {
    this.context = context;
    this.done = done;
    this.change = change;
  }

  /** What was done to schedules. */
  record Changed(String change, List<String> schedules) {}

  @Override
  public Integer call() {
    List<String> changed = new ArrayList<>();
    try (Tasks tasks = context.connect()) {
      for (String name : names) {
        change.accept(tasks.schedules(), name);
        changed.add(name);
      }
    } finally {
      show(changed);
    }
    return ExitCodes.DONE;
  }

  /** Also what was done before one that failed. */
  private void show(List<String> changed) {
    if (!context.options().json()) {
      changed.forEach(name -> context.terminal().result(name + " " + done));
    } else if (!changed.isEmpty()) {
      context.terminal().json(new Changed(done, changed));
    }
  }

  /** {@code tasks schedule pause}. */
  @Command(
      name = "pause",
      description =
          "Lets the times of schedules pass without a fire, also across 'apply', until 'resume'.")
  static final class Pause extends ScheduleChangeCommand {
    Pause(Context context) {
      super(context, "paused", ScheduleManager::pause);
    }
  }

  /** {@code tasks schedule resume}. */
  @Command(
      name = "resume",
      description = "Lets schedules fire again, from their next times on; none is made up for.")
  static final class Resume extends ScheduleChangeCommand {
    Resume(Context context) {
      super(context, "resumed", ScheduleManager::resume);
    }
  }

  /** {@code tasks schedule delete}. */
  @Command(
      name = "delete",
      description = "Removes schedules. Jobs that they have enqueued are left alone.")
  static final class Delete extends ScheduleChangeCommand {
    Delete(Context context) {
      super(context, "deleted", ScheduleManager::delete);
    }
  }
}

package io.clusterdb.tasks.config;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.ScheduleManager;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.TaskManager;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.WorkflowManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Does what a plan says. Thread-safe. */
public final class Applier {
  private final QueueManager queues;
  private final TaskManager tasks;
  private final ScheduleManager schedules;
  private final WorkflowManager workflows;
  private final Consumer<MetricsConfig> monitoring;

  /** Creates an applier that works through these. */
  public Applier(
      QueueManager queues,
      TaskManager tasks,
      ScheduleManager schedules,
      WorkflowManager workflows,
      Consumer<MetricsConfig> monitoring) {
    this.queues = queues;
    this.tasks = tasks;
    this.schedules = schedules;
    this.workflows = workflows;
    this.monitoring = monitoring;
  }

  /** Creates an applier that works through this connection. */
  public static Applier of(Tasks tasks) {
    return new Applier(
        tasks.queues(),
        tasks.tasks(),
        tasks.schedules(),
        tasks.workflows(),
        tasks::configureMonitoring);
  }

  /**
   * Does the plan's changes one after the other.
   *
   * @param done is told of each change when it is made
   * @throws TasksException CONFLICT, before anything is done, if the plan refuses something; or
   *     what a change throws, after the changes before it were made: the next plan has the rest
   */
  public void apply(Plan plan, Consumer<Step> done) {
    if (!plan.refused().isEmpty()) {
      throw new TasksException(
          ErrorCode.CONFLICT,
          plan.refused().stream()
              .map(refused -> refused.subject() + ": " + refused.reason())
              .collect(Collectors.joining("\n  ", "nothing was changed.\n  ", "")));
    }
    plan.steps().stream()
        .filter(step -> step.isChange() && scheduleOf(step) == null)
        .forEach(
            step -> {
              make(step);
              done.accept(step);
            });
    applySchedules(plan, done);
  }

  /** All at once: a change of the catalog takes its time, and there may be thousands. */
  private void applySchedules(Plan plan, Consumer<Step> done) {
    List<Step> steps = plan.steps().stream().filter(step -> scheduleOf(step) != null).toList();
    if (!steps.isEmpty()) {
      List<ScheduledTask> wanted = new ArrayList<>();
      for (Step step : steps) {
        ScheduledTask schedule = scheduleOf(step);
        if (schedule != null) {
          wanted.add(schedule);
        }
      }
      schedules.configure(wanted);
      steps.forEach(done);
    }
  }

  private static @Nullable ScheduledTask scheduleOf(Step step) {
    return switch (step) {
      case Step.CreateSchedule create -> create.schedule();
      case Step.UpdateSchedule update -> update.schedule();
      default -> null;
    };
  }

  private void make(Step step) {
    switch (step) {
      case Step.CreateQueue create -> queues.createQueue(create.queue());
      case Step.UpdateQueue update -> queues.updateQueue(update.queue());
      case Step.CreateType create -> tasks.registerTask(create.type());
      case Step.UpdateType update -> tasks.registerTask(update.type());
      case Step.CreateWorkflow create -> workflows.createWorkflow(create.workflow());
      case Step.SetMonitoring set -> monitoring.accept(set.config());
      case Step.CreateSchedule create -> {} // with the others
      case Step.UpdateSchedule update -> {}
      case Step.Unchanged unchanged -> {}
      case Step.Refused refused -> {}
    }
  }
}

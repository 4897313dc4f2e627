package io.clusterdb.tasks.config;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.QueueManager;
import io.clusterdb.tasks.TaskManager;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.WorkflowManager;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Does what a plan says. Thread-safe. */
public final class Applier {
  private final QueueManager queues;
  private final TaskManager tasks;
  private final WorkflowManager workflows;

  /** Creates an applier that works through these. */
  public Applier(QueueManager queues, TaskManager tasks, WorkflowManager workflows) {
    this.queues = queues;
    this.tasks = tasks;
    this.workflows = workflows;
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
        .filter(Step::isChange)
        .forEach(
            step -> {
              make(step);
              done.accept(step);
            });
  }

  private void make(Step step) {
    switch (step) {
      case Step.CreateQueue create -> queues.createQueue(create.queue());
      case Step.UpdateQueue update -> queues.updateQueue(update.queue());
      case Step.CreateType create -> tasks.registerTask(create.type());
      case Step.UpdateType update -> tasks.registerTask(update.type());
      case Step.CreateWorkflow create -> workflows.createWorkflow(create.workflow());
      case Step.Unchanged unchanged -> {}
      case Step.Refused refused -> {}
    }
  }
}

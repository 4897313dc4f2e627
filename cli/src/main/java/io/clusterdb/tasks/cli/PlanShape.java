package io.clusterdb.tasks.cli;

import io.clusterdb.tasks.config.FieldChange;
import io.clusterdb.tasks.config.Plan;
import io.clusterdb.tasks.config.Step;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code apply} did or would do, as {@code --output json} writes it.
 *
 * @param applied whether it was done
 */
record PlanShape(boolean applied, List<StepShape> steps, List<String> notes) {
  /**
   * One queue, type or schedule.
   *
   * @param action {@code create}, {@code update}, {@code unchanged} or {@code refused}
   * @param next of a schedule that is created or updated: the planned times that come next; else
   *     null
   */
  record StepShape(
      String action,
      String subject,
      List<FieldChange> changes,
      @Nullable String reason,
      @Nullable List<Instant> next) {
    StepShape(String action, String subject, List<FieldChange> changes, @Nullable String reason) {
      this(action, subject, changes, reason, null);
    }
  }

  static PlanShape of(Plan plan, boolean applied) {
    return new PlanShape(
        applied, plan.steps().stream().map(PlanShape::step).toList(), plan.notes());
  }

  private static StepShape step(Step step) {
    String subject = step.subject();
    return switch (step) {
      case Step.CreateQueue create -> new StepShape("create", subject, List.of(), null);
      case Step.CreateType create -> new StepShape("create", subject, List.of(), null);
      case Step.CreateWorkflow create -> new StepShape("create", subject, List.of(), null);
      case Step.CreateSchedule create ->
          new StepShape("create", subject, List.of(), null, create.next());
      case Step.UpdateSchedule update ->
          new StepShape("update", subject, update.changes(), null, update.next());
      case Step.UpdateQueue update -> new StepShape("update", subject, update.changes(), null);
      case Step.UpdateType update -> new StepShape("update", subject, update.changes(), null);
      case Step.SetMonitoring set ->
          new StepShape(set.isNew() ? "create" : "update", subject, set.changes(), null);
      case Step.Unchanged unchanged -> new StepShape("unchanged", subject, List.of(), null);
      case Step.Refused refused -> new StepShape("refused", subject, List.of(), refused.reason());
    };
  }
}

package io.clusterdb.tasks.config;

import io.clusterdb.tasks.AlertConfig;
import io.clusterdb.tasks.DeadLetter;
import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.ScheduleTarget;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.Task;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.TasksConfig;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.catalog.CatalogSnapshot;
import io.clusterdb.tasks.catalog.MonitoringDefinitions;
import io.clusterdb.tasks.catalog.WorkflowDefinitions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares a file with the catalog. Pure. A definition of the file replaces the catalog's as a
 * whole, except for partitions that the file does not mention and lanes that are in use; what the
 * file does not name at all is left alone, and so is whether a queue is paused.
 */
public final class Apply {
  private static final int SHOWN_TIMES = 3;

  private final CatalogSnapshot current;
  private final TasksConfig wanted;
  private final Instant now;

  private Apply(CatalogSnapshot current, TasksConfig wanted, Instant now) {
    this.current = current;
    this.wanted = wanted;
    this.now = now;
  }

  /**
   * What it takes to make the catalog say what the file says.
   *
   * @param now from when on to show the times of schedules
   */
  public static Plan plan(CatalogSnapshot current, TasksConfig wanted, Instant now) {
    return new Apply(current, wanted, now).plan();
  }

  private Plan plan() {
    List<Step> steps = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    wanted.queues().forEach(queue -> steps.add(step(queue)));
    for (TaskDefinition type : wanted.types()) {
      steps.add(step(type));
      missingQueue("type " + type.type(), type.queue()).ifPresent(notes::add);
    }
    for (ScheduledTask schedule : wanted.scheduler().resolved()) {
      steps.add(step(schedule));
      String subject = "schedule " + schedule.name();
      switch (schedule.target()) {
        case ScheduleTarget.RunTask(Task task) ->
            missingQueue(subject, queueOf(task)).ifPresent(notes::add);
        case ScheduleTarget.StartWorkflow run ->
            missingWorkflow(subject, run).ifPresent(notes::add);
      }
    }
    wanted.workflows().forEach(workflow -> steps.add(step(workflow)));
    MetricsConfig monitoring = wanted.monitoring();
    if (monitoring != null) {
      steps.add(step(monitoring));
      notes.addAll(unknownQueues(monitoring.alerts()));
    }
    return new Plan(steps, notes);
  }

  private Step step(Queue queue) {
    String subject = "queue " + queue.name();
    Queue existing = current.queue(queue.name());
    Queue target = target(existing, queue);
    Optional<String> conflict = conflict(existing, target);
    if (conflict.isPresent()) {
      return new Step.Refused(subject, conflict.get());
    }
    if (existing == null) {
      return new Step.CreateQueue(target);
    }
    List<FieldChange> changes =
        DefinitionText.changes(DefinitionText.of(existing), DefinitionText.of(target));
    return changes.isEmpty() ? new Step.Unchanged(subject) : new Step.UpdateQueue(target, changes);
  }

  private Queue target(@Nullable Queue existing, Queue queue) {
    if (existing == null) {
      return queue;
    }
    Queue sized =
        wanted.openPartitions().contains(queue.name())
            ? queue.toBuilder().partitions(existing.partitions()).build()
            : queue;
    return existing.keepLanes(sized);
  }

  private Optional<String> conflict(@Nullable Queue existing, Queue target) {
    if (existing != null && existing.partitions() != target.partitions()) {
      return Optional.of(
          "expected partitions %d, found %d; apply does not change the partitions of a queue, write"
                  .formatted(existing.partitions(), target.partitions())
              + " partitions: %d or leave the key out".formatted(existing.partitions()));
    }
    DeadLetter deadLetter = target.deadLetter();
    String letters = deadLetter == null ? null : deadLetter.queue();
    if (letters != null && current.queue(letters) != null) {
      return Optional.of(
          "expected a dead_letter.queue that no queue has as its name, found "
              + letters
              + "; choose another");
    }
    return existing != null ? Optional.empty() : keeperOf(target.name());
  }

  /** A new queue cannot have the name of a dead letter queue that is in use. */
  private Optional<String> keeperOf(String name) {
    return current.queues().values().stream()
        .filter(queue -> queue.deadLetter() != null && name.equals(queue.deadLetter().queue()))
        .map(Queue::name)
        .sorted()
        .findFirst()
        .map(
            keeper ->
                "expected a name of its own, found that of queue "
                    + keeper
                    + "'s dead letters; choose another");
  }

  private Step step(TaskDefinition type) {
    TaskDefinition existing = current.type(type.type());
    if (existing == null) {
      return new Step.CreateType(type);
    }
    List<FieldChange> changes =
        DefinitionText.changes(DefinitionText.of(existing), DefinitionText.of(type));
    return changes.isEmpty()
        ? new Step.Unchanged("type " + type.type())
        // The file cannot say the Java class, so it does not take it away either.
        : new Step.UpdateType(type.payloadType(existing.payloadType()), changes);
  }

  /** A version never changes, so what differs needs another one. */
  private Step step(Workflow workflow) {
    String subject = "workflow " + workflow.id();
    Workflow existing = current.workflow(workflow.name(), workflow.version());
    if (existing == null) {
      return new Step.CreateWorkflow(workflow);
    }
    return WorkflowDefinitions.same(existing, workflow)
        ? new Step.Unchanged(subject)
        : new Step.Refused(subject, WorkflowDefinitions.CHANGED);
  }

  private Step step(MetricsConfig monitoring) {
    MetricsConfig existing = current.monitoring();
    if (MonitoringDefinitions.same(existing, monitoring)) {
      return new Step.Unchanged("monitoring");
    }
    return new Step.SetMonitoring(
        monitoring,
        existing == null
            ? List.of()
            : DefinitionText.changes(DefinitionText.of(existing), DefinitionText.of(monitoring)));
  }

  private List<String> unknownQueues(@Nullable AlertConfig alerts) {
    if (alerts == null) {
      return List.of();
    }
    Set<String> known = knownQueues();
    return alerts.queues().keySet().stream()
        .filter(queue -> !known.contains(queue))
        .sorted()
        .map(
            queue ->
                "monitoring.alerts.per_queue names queue %s, which is neither in the file nor in the"
                        .formatted(queue)
                    + " catalog"
                    + Suggestions.hint(queue, known))
        .toList();
  }

  private Step step(ScheduledTask schedule) {
    List<Instant> next = schedule.next(now, SHOWN_TIMES);
    ScheduledTask existing = current.schedule(schedule.name());
    if (existing == null) {
      return new Step.CreateSchedule(schedule, next);
    }
    List<FieldChange> changes =
        DefinitionText.changes(DefinitionText.of(existing), DefinitionText.of(schedule));
    return changes.isEmpty()
        ? new Step.Unchanged("schedule " + schedule.name())
        : new Step.UpdateSchedule(schedule, changes, next);
  }

  /** The queue that a task's jobs go to, once the file is applied. */
  private String queueOf(Task task) {
    return wanted.types().stream()
        .filter(type -> task.queue() == null && type.type().equals(task.type()))
        .findFirst()
        .map(type -> type.queue() == null ? "default" : type.queue())
        .orElseGet(() -> current.queueOf(task.queue(), task.type()));
  }

  private Optional<String> missingQueue(String subject, @Nullable String queue) {
    Set<String> known = knownQueues();
    return queue == null || known.contains(queue)
        ? Optional.empty()
        : Optional.of(
            "%s goes to queue %s, which is neither in the file nor in the catalog"
                    .formatted(subject, queue)
                + Suggestions.hint(queue, known));
  }

  private Set<String> knownQueues() {
    Set<String> known = new HashSet<>(current.queues().keySet());
    wanted.queues().forEach(each -> known.add(each.name()));
    return known;
  }

  private Optional<String> missingWorkflow(String subject, ScheduleTarget.StartWorkflow run) {
    boolean there =
        current.workflow(run.workflow(), run.version()) != null
            || wanted.workflows().stream()
                .anyMatch(
                    workflow ->
                        workflow.name().equals(run.workflow())
                            && (run.version() == null || run.version().equals(workflow.version())));
    return there
        ? Optional.empty()
        : Optional.of(
            "%s starts workflow %s%s, which is neither in the file nor in the catalog"
                .formatted(
                    subject,
                    run.workflow(),
                    run.version() == null ? "" : " version " + run.version()));
  }
}

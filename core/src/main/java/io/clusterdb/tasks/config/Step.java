package io.clusterdb.tasks.config;

import io.clusterdb.tasks.MetricsConfig;
import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.ScheduledTask;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Workflow;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One thing of a plan. */
public sealed interface Step {
  /** What it is about, such as {@code queue emails}. */
  String subject();

  /** As a plan shows it: a line a change, after a mark for what happens to the subject. */
  List<String> lines();

  /** Whether it does something. */
  default boolean isChange() {
    return true;
  }

  /** A queue that is not there. */
  record CreateQueue(Queue queue) implements Step {
    @Override
    public String subject() {
      return "queue " + queue.name();
    }

    @Override
    public List<String> lines() {
      return List.of("+ " + subject() + " (" + queue.partitions() + " partitions)");
    }
  }

  /** A queue that is there and differs. */
  record UpdateQueue(Queue queue, List<FieldChange> changes) implements Step {
    /** Copies the changes. */
    public UpdateQueue {
      changes = List.copyOf(changes);
    }

    @Override
    public String subject() {
      return "queue " + queue.name();
    }

    @Override
    public List<String> lines() {
      return changes.stream().map(change -> "~ " + subject() + ": " + change).toList();
    }
  }

  /** A type that is not known. */
  record CreateType(TaskDefinition type) implements Step {
    @Override
    public String subject() {
      return "type " + type.type();
    }

    @Override
    public List<String> lines() {
      return List.of("+ " + subject());
    }
  }

  /** A type of which something else is known. */
  record UpdateType(TaskDefinition type, List<FieldChange> changes) implements Step {
    /** Copies the changes. */
    public UpdateType {
      changes = List.copyOf(changes);
    }

    @Override
    public String subject() {
      return "type " + type.type();
    }

    @Override
    public List<String> lines() {
      return changes.stream().map(change -> "~ " + subject() + ": " + change).toList();
    }
  }

  /** A version of a workflow that is not known. */
  record CreateWorkflow(Workflow workflow) implements Step {
    @Override
    public String subject() {
      return "workflow " + workflow.id();
    }

    @Override
    public List<String> lines() {
      return List.of("+ " + subject() + " (" + workflow.tasks().size() + " tasks)");
    }
  }

  /** A schedule that is not there. */
  record CreateSchedule(ScheduledTask schedule, List<Instant> next) implements Step {
    /** Copies the times. */
    public CreateSchedule {
      next = List.copyOf(next);
    }

    @Override
    public String subject() {
      return "schedule " + schedule.name();
    }

    @Override
    public List<String> lines() {
      return List.of("+ " + subject() + Step.times(schedule, next));
    }
  }

  /** A schedule that is there and differs. */
  record UpdateSchedule(ScheduledTask schedule, List<FieldChange> changes, List<Instant> next)
      implements Step {
    /** Copies the lists. */
    public UpdateSchedule {
      changes = List.copyOf(changes);
      next = List.copyOf(next);
    }

    @Override
    public String subject() {
      return "schedule " + schedule.name();
    }

    @Override
    public List<String> lines() {
      return Stream.concat(
              changes.stream().map(change -> "~ " + subject() + ": " + change),
              Stream.of("~ " + subject() + Step.times(schedule, next)))
          .toList();
    }
  }

  /**
   * What is watched, where nothing was or something else.
   *
   * @param changes none where nothing was
   */
  record SetMonitoring(MetricsConfig config, List<FieldChange> changes) implements Step {
    /** Copies the changes. */
    public SetMonitoring {
      changes = List.copyOf(changes);
    }

    /** Whether nothing was watched. */
    public boolean isNew() {
      return changes.isEmpty();
    }

    @Override
    public String subject() {
      return "monitoring";
    }

    @Override
    public List<String> lines() {
      return isNew()
          ? List.of("+ " + subject())
          : changes.stream().map(change -> "~ " + subject() + ": " + change).toList();
    }
  }

  private static String times(ScheduledTask schedule, List<Instant> next) {
    return next.isEmpty()
        ? " (never fires: all its times have passed)"
        : next.stream()
            .map(time -> OffsetDateTime.ofInstant(time, schedule.effectiveZone()).toString())
            .collect(Collectors.joining(", ", " (next " + schedule.effectiveZone() + ": ", ")"));
  }

  /** What is as it should be. */
  record Unchanged(String subject) implements Step {
    @Override
    public List<String> lines() {
      return List.of("= " + subject);
    }

    @Override
    public boolean isChange() {
      return false;
    }
  }

  /**
   * What cannot be done, for which nothing of the plan is done.
   *
   * @param reason what was expected, what was found and the next step
   */
  record Refused(String subject, String reason) implements Step {
    @Override
    public List<String> lines() {
      return List.of("! " + subject + ": " + reason);
    }

    @Override
    public boolean isChange() {
      return false;
    }
  }
}

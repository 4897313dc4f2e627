package io.clusterdb.tasks.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * What applying a file would do, in its order.
 *
 * @param steps one for each queue, type, schedule and workflow of the file, and one for what is
 *     watched
 * @param notes sentences for people about what the plan leaves alone or finds odd
 */
public record Plan(List<Step> steps, List<String> notes) {
  /** Copies the lists. */
  public Plan {
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
  }

  /** Whether applying it would change nothing. */
  public boolean isEmpty() {
    return steps.stream().noneMatch(Step::isChange);
  }

  /** What cannot be done; nothing of the plan is done unless this is empty. */
  public List<Step.Refused> refused() {
    return steps.stream()
        .filter(Step.Refused.class::isInstance)
        .map(Step.Refused.class::cast)
        .toList();
  }

  /** For people, a line a change: + creates, ~ updates, = leaves, ! cannot; then notes, counts. */
  public List<String> lines() {
    return Stream.of(
            steps.stream().flatMap(step -> step.lines().stream()),
            notes.stream().map(note -> "note: " + note),
            Stream.of(summary()))
        .flatMap(lines -> lines)
        .toList();
  }

  /** Such as {@code 1 to create, 2 to update, 3 unchanged}. */
  public String summary() {
    long create =
        count(Step.CreateQueue.class)
            + count(Step.CreateType.class)
            + count(Step.CreateWorkflow.class)
            + count(Step.CreateSchedule.class)
            + monitoring(true);
    long update =
        count(Step.UpdateQueue.class)
            + count(Step.UpdateType.class)
            + count(Step.UpdateSchedule.class)
            + monitoring(false);
    String text =
        "%d to create, %d to update, %d unchanged"
            .formatted(create, update, count(Step.Unchanged.class));
    return refused().isEmpty() ? text : text + ", " + refused().size() + " refused";
  }

  private long monitoring(boolean isNew) {
    return steps.stream()
        .filter(step -> step instanceof Step.SetMonitoring set && set.isNew() == isNew)
        .count();
  }

  private long count(Class<? extends Step> type) {
    return steps.stream().filter(type::isInstance).count();
  }
}

package io.clusterdb.tasks.config;

import io.clusterdb.tasks.Queue;
import io.clusterdb.tasks.TaskDefinition;
import io.clusterdb.tasks.Workflow;
import java.util.List;

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

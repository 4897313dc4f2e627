package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowTaskState;
import io.clusterdb.tasks.trace.TraceContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a run's state that is kept by itself, so that an outcome rewrites little. */
public sealed interface Row {
  /**
   * Which row of a run.
   *
   * @param kind what it holds
   * @param name of a task or a signal; empty for the run's own
   * @param index of an element; -1 for none
   */
  record Key(Kind kind, String name, int index) {
    /** The header. */
    public static final Key RUN = new Key(Kind.RUN, "", -1);

    /** Input and context, as JSON. */
    public static final Key INPUT = new Key(Kind.INPUT, "", -1);

    /** Reply keys of who waits for the end. */
    public static final Key WAITERS = new Key(Kind.WAITERS, "", -1);

    /** Tasks to undo, in order. */
    public static final Key UNDO = new Key(Kind.UNDO, "", -1);

    static Key task(String name) {
      return new Key(Kind.TASK, name, -1);
    }

    static Key output(String name, int index) {
      return new Key(Kind.OUTPUT, name, index);
    }

    static Key signal(String name) {
      return new Key(Kind.SIGNAL, name, -1);
    }
  }

  /** Kinds of rows. */
  enum Kind {
    /** {@link Run}. */
    RUN,
    /** {@link Text}: input and context. */
    INPUT,
    /** {@link Task}. */
    TASK,
    /** {@link Text}: output of a task, an element or, without name, the run. */
    OUTPUT,
    /** {@link Names}. */
    WAITERS,
    /** {@link Names}. */
    UNDO,
    /** {@link Names}: who waits for a signal, and payloads that came too early. */
    SIGNAL
  }

  /** JSON text. */
  record Text(String json) implements Row {}

  /** Names, and payloads of a signal that came before anybody waited. */
  record Names(List<String> values, List<String> kept) implements Row {
    static final Names NONE = new Names(List.of(), List.of());

    /** Copies the lists. */
    public Names {
      values = List.copyOf(values);
      kept = List.copyOf(kept);
    }

    Names with(String value) {
      List<String> more = new ArrayList<>(values);
      more.add(value);
      return new Names(more, kept);
    }

    Names without(String value) {
      return new Names(values.stream().filter(each -> !each.equals(value)).toList(), kept);
    }

    Names keeping(String payload) {
      List<String> more = new ArrayList<>(kept);
      more.add(payload);
      return new Names(values, more);
    }

    Names taken() {
      return new Names(values, kept.subList(1, kept.size()));
    }
  }

  /** Whose task a run is. */
  record Parent(String executionId, String jobId, String jobRun, int depth) {}

  /**
   * A run's header.
   *
   * @param runId what the runs of its jobs begin with
   * @param finishedAt 0 while it goes on, like the other times 0 for none
   * @param sequence number of its last event
   * @param open tasks that have not ended
   * @param running tasks that were started and have not ended
   * @param completed counts completed tasks
   * @param goal state that it is about to end in; null while all is well
   * @param error why; null while all is well
   * @param undone how many tasks of the undo list were undone
   * @param trace what its jobs' records carry on; null for none
   */
  record Run(
      String executionId,
      String runId,
      String workflow,
      String version,
      RunState state,
      long startedAt,
      long finishedAt,
      long deadline,
      long expireAt,
      long sequence,
      int open,
      int running,
      long completed,
      @Nullable RunState goal,
      @Nullable JobFailure error,
      int undone,
      @Nullable Parent parent,
      @Nullable TraceContext trace,
      @Nullable JobFailure cause)
      implements Row {
    Edit edit() {
      return new Edit(this);
    }

    /** Changes a header. */
    static final class Edit {
      private final Run from;
      RunState state;
      long finishedAt;
      long deadline;
      long expireAt;
      long sequence;
      int open;
      int running;
      long completed;
      @Nullable RunState goal;
      @Nullable JobFailure error;
      @Nullable JobFailure cause;
      int undone;

      private Edit(Run from) {
        this.from = from;
        state = from.state;
        finishedAt = from.finishedAt;
        deadline = from.deadline;
        expireAt = from.expireAt;
        sequence = from.sequence;
        open = from.open;
        running = from.running;
        completed = from.completed;
        goal = from.goal;
        error = from.error;
        cause = from.cause;
        undone = from.undone;
      }

      Run done() {
        return new Run(
            from.executionId,
            from.runId,
            from.workflow,
            from.version,
            state,
            from.startedAt,
            finishedAt,
            deadline,
            expireAt,
            sequence,
            open,
            running,
            completed,
            goal,
            error,
            undone,
            from.parent,
            from.trace,
            cause);
      }
    }
  }

  /**
   * A task.
   *
   * @param attempt how often it was started
   * @param waiting dependencies that have not ended
   * @param due when its timer goes off; 0 for never
   * @param order its place among completed tasks; 0 if it is not completed
   * @param items elements of its fan-out; -1 for none
   * @param next elements that were started
   * @param done elements that succeeded
   * @param size characters of their outputs
   * @param undoAttempt how often its compensation was started
   */
  record Task(
      String name,
      WorkflowTaskState state,
      int attempt,
      int waiting,
      long startedAt,
      long finishedAt,
      long due,
      long order,
      @Nullable JobFailure error,
      int items,
      int next,
      int done,
      long size,
      int undoAttempt)
      implements Row {
    /** A task of which nothing is known. */
    public static Task pending(String name) {
      return pending(name, 0, 0, 0);
    }

    static Task pending(String name, int waiting, int attempt, int undoAttempt) {
      return new Task(
          name,
          WorkflowTaskState.PENDING,
          attempt,
          waiting,
          0,
          0,
          0,
          0,
          null,
          -1,
          0,
          0,
          0,
          undoAttempt);
    }

    Task waiting(int dependencies) {
      return new Task(
          name,
          state,
          attempt,
          dependencies,
          startedAt,
          finishedAt,
          due,
          order,
          error,
          items,
          next,
          done,
          size,
          undoAttempt);
    }

    Task started(WorkflowTaskState now, int number, long at, long timer, int elements) {
      return new Task(
          name, now, number, waiting, at, 0, timer, 0, null, elements, 0, 0, 0, undoAttempt);
    }

    Task ended(WorkflowTaskState now, long at, long place, @Nullable JobFailure why) {
      return new Task(
          name,
          now,
          attempt,
          waiting,
          startedAt,
          at,
          0,
          place,
          why,
          items,
          next,
          done,
          size,
          undoAttempt);
    }

    Task items(int started, int succeeded, long characters) {
      return new Task(
          name,
          state,
          attempt,
          waiting,
          startedAt,
          finishedAt,
          due,
          order,
          error,
          items,
          started,
          succeeded,
          characters,
          undoAttempt);
    }

    Task undo(WorkflowTaskState now, int number, @Nullable JobFailure why) {
      return new Task(
          name,
          now,
          attempt,
          waiting,
          startedAt,
          finishedAt,
          0,
          order,
          why,
          items,
          next,
          done,
          size,
          number);
    }

    boolean running() {
      return state == WorkflowTaskState.RUNNING || state == WorkflowTaskState.WAITING;
    }
  }
}

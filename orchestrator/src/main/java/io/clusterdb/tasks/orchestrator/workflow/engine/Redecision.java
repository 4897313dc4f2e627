package io.clusterdb.tasks.orchestrator.workflow.engine;

import io.clusterdb.tasks.JobFailure;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.WorkflowAction.Sleep;
import io.clusterdb.tasks.WorkflowTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides a run again from its history: the first event of each decision tells the command that it
 * followed, and deciding that command again has to give the same events. Not thread-safe.
 */
public final class Redecision {
  private final Plan plan;
  private final List<Past> history;
  private final Settings settings;
  private final Map<Row.Key, Row> rows = new HashMap<>();
  private Memory memory = new Memory();

  private Redecision(Plan plan, List<Past> history, Settings settings) {
    this.plan = plan;
    this.history = history;
    this.settings = settings;
  }

  /**
   * An event and its time.
   *
   * @param at milliseconds since 1970
   */
  public record Past(RunEvent event, long at) {}

  /**
   * Decides all again.
   *
   * @param history a run's events, from its start
   * @return the rows that the decisions make
   * @throws IllegalStateException if a decision is another one now; says which
   */
  public static Map<Row.Key, Row> rows(Plan plan, List<Past> history, Settings settings) {
    Redecision again = new Redecision(plan, history, settings);
    int next = 0;
    while (next < history.size()) {
      next += again.step(next);
    }
    return again.rows;
  }

  /** How many events the decision gave that the one at this place begins. */
  private int step(int place) {
    Past first = history.get(place);
    if (first.event() instanceof RunEvent.Rejected rejected) {
      write(Evolver.evolve(rows::get, plan, rejected, first.at()));
      return 1; // What was refused is not in the log.
    }
    List<RunEvent> found = List.of();
    for (RunCommand command : commands(first.event())) {
      for (JobCheck check : List.<JobCheck>of(job -> null, job -> refusal(place, job))) {
        Decision decision =
            Decider.decide(plan, rows::get, command, first.at(), settings, check, memory);
        found = decision.events();
        if (!found.isEmpty() && isWhatFollows(place, found)) {
          write(decision.rows());
          return found.size();
        }
        memory = new Memory();
      }
    }
    throw new IllegalStateException(
        "expected decisions as in the history, but event %d, %s, was decided as %s"
            .formatted(place + 1, first.event(), found));
  }

  private boolean isWhatFollows(int place, List<RunEvent> events) {
    if (place + events.size() > history.size()) {
      return false;
    }
    for (int i = 0; i < events.size(); i++) {
      if (!events.get(i).equals(history.get(place + i).event())) {
        return false;
      }
    }
    return true;
  }

  /** Why a job of this decision could not be enqueued then; null if it could. */
  private @Nullable JobFailure refusal(int place, Effect.RunJob job) {
    Row.Run run = (Row.Run) rows.get(Row.Key.RUN);
    String execution = run == null ? job.jobId() : run.executionId();
    if (history.get(place).event() instanceof RunEvent.Started started) {
      execution = started.executionId();
    }
    long at = history.get(place).at();
    for (int i = place + 1; i < history.size() && history.get(i).at() == at; i++) {
      JobFailure error =
          switch (history.get(i).event()) {
            case RunEvent.TaskFailed failed -> failed.error();
            case RunEvent.UndoFailed failed -> failed.error();
            default -> null;
          };
      if (error != null && job.jobId().equals(execution + "/" + part(history.get(i - 1).event()))) {
        return error;
      }
    }
    return null;
  }

  private static String part(RunEvent event) {
    return switch (event) {
      case RunEvent.TaskStarted started -> started.task();
      case RunEvent.ItemStarted started -> started.task() + "/" + started.index();
      case RunEvent.UndoStarted started -> started.task() + "/compensate";
      default -> "";
    };
  }

  /** What may have led to a decision that begins with this event. */
  private List<RunCommand> commands(RunEvent event) {
    return switch (event) {
      case RunEvent.Started started ->
          List.of(
              new RunCommand.Start(
                      started.executionId(),
                      started.commandId(),
                      started.input(),
                      started.context(),
                      started.replyKey(),
                      started.parent())
                  .trace(started.trace()));
      case RunEvent.ItemSucceeded done ->
          List.of(outcome(done.task(), done.index(), done.output(), null));
      case RunEvent.TaskSucceeded done ->
          plan.task(done.task()).action() instanceof Sleep
              ? List.of(due(done.task()))
              : List.of(outcome(done.task(), -1, done.output(), null));
      case RunEvent.TaskFailed failed -> failures(plan.task(failed.task()), failed.error());
      case RunEvent.Undone undone -> List.of(undoOutcome(undone.task(), null));
      case RunEvent.UndoFailed failed -> List.of(undoOutcome(failed.task(), failed.error()));
      default -> steering(event);
    };
  }

  private List<RunCommand> steering(RunEvent event) {
    return switch (event) {
      case RunEvent.Stopping stopping ->
          stopping.goal() == RunState.TIMED_OUT
              ? List.of(new RunCommand.RunDue(run().deadline()))
              : List.of(
                  new RunCommand.Cancel(
                      "",
                      stopping.goal() == RunState.COMPENSATED,
                      stopping.error().message(),
                      null));
      case RunEvent.SignalKept kept ->
          List.of(new RunCommand.Signal("", kept.signal(), kept.payload(), null));
      case RunEvent.SignalReceived received ->
          List.of(new RunCommand.Signal("", received.signal(), received.payload(), null));
      case RunEvent.WaiterAdded waiter -> List.of(new RunCommand.Await(waiter.replyKey()));
      case RunEvent.CompensationResumed resumed -> List.of(new RunCommand.Retry("", null, null));
      case RunEvent.Resumed resumed -> {
        List<RunCommand> retries = new ArrayList<>();
        retries.add(new RunCommand.Retry("", null, null));
        resumed.tasks().forEach(task -> retries.add(new RunCommand.Retry("", task, null)));
        yield retries;
      }
      default -> List.of(); // Only ever follows another event.
    };
  }

  private List<RunCommand> failures(WorkflowTask task, JobFailure error) {
    Row.Task row = (Row.Task) rows.get(Row.Key.task(task.name()));
    int index = -1;
    if (row != null && row.items() >= 0) {
      index = 0;
      while (rows.containsKey(Row.Key.output(task.name(), index))) {
        index++; // Which of those under way failed makes no difference.
      }
    }
    return List.of(outcome(task.name(), index, null, error), due(task.name()));
  }

  private RunCommand outcome(
      String task, int index, @Nullable String result, @Nullable JobFailure error) {
    Row.Task row = (Row.Task) rows.get(Row.Key.task(task));
    int attempt = row == null ? 0 : row.attempt();
    return new RunCommand.Outcome(
        Jobs.id(run(), task, index), Jobs.run(run(), attempt), result, error);
  }

  private RunCommand undoOutcome(String task, @Nullable JobFailure error) {
    Row.Task row = (Row.Task) rows.get(Row.Key.task(task));
    int attempt = row == null ? 0 : row.undoAttempt();
    return new RunCommand.Outcome(
        Jobs.undoId(run(), task), Jobs.undoRun(run(), attempt), null, error);
  }

  private RunCommand due(String task) {
    Row.Task row = (Row.Task) rows.get(Row.Key.task(task));
    return new RunCommand.TaskDue(task, row == null ? 0 : row.due());
  }

  private Row.Run run() {
    Row.Run run = (Row.Run) rows.get(Row.Key.RUN);
    if (run == null) {
      throw new IllegalStateException("expected a history from a run's start on");
    }
    return run;
  }

  private void write(Map<Row.Key, Optional<Row>> changes) {
    changes.forEach(
        (key, row) -> {
          if (row.isPresent()) {
            rows.put(key, row.get());
          } else {
            rows.remove(key);
          }
        });
  }
}

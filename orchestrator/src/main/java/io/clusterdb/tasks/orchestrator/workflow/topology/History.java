package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.orchestrator.workflow.engine.Evolver;
import io.clusterdb.tasks.orchestrator.workflow.engine.Plan;
import io.clusterdb.tasks.orchestrator.workflow.engine.Redecision;
import io.clusterdb.tasks.orchestrator.workflow.engine.Redecision.Past;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
import io.clusterdb.tasks.orchestrator.workflow.engine.Settings;
import io.clusterdb.tasks.schemas.avro.WorkflowEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Makes a run of its events alone, as the log has them. Stateless. */
public final class History {
  private History() {}

  /**
   * The run that these events make.
   *
   * @param workflow the version that the run is of
   * @param events all of its events in order, at least that of its start
   */
  public static WorkflowStatus replay(Workflow workflow, List<WorkflowEvent> events) {
    Map<Row.Key, Row> rows = rows(workflow, events);
    Row.Run run = (Row.Run) Objects.requireNonNull(rows.get(Row.Key.RUN));
    return RunReader.status(rows, run, workflow.tasks());
  }

  /**
   * The run that deciding again gives: the commands and outcomes that its events tell of are
   * decided once more, and each decision has to be the same.
   *
   * @param workflow the version that the run is of
   * @param events all of its events in order, from its start
   * @throws IllegalStateException if a decision is another one now; says which
   */
  public static WorkflowStatus decideAgain(Workflow workflow, List<WorkflowEvent> events) {
    List<Past> history =
        events.stream()
            .map(event -> new Past(EventFormat.read(event), event.getAt().toEpochMilli()))
            .toList();
    Map<Row.Key, Row> rows = Redecision.rows(new Plan(workflow), history, Settings.DEFAULT);
    Row.Run run = (Row.Run) Objects.requireNonNull(rows.get(Row.Key.RUN));
    return RunReader.status(rows, run, workflow.tasks());
  }

  static Map<Row.Key, Row> rows(Workflow workflow, List<WorkflowEvent> events) {
    Plan plan = new Plan(workflow);
    Map<Row.Key, Row> rows = new HashMap<>();
    for (WorkflowEvent event : events) {
      Evolver.evolve(rows::get, plan, EventFormat.read(event), event.getAt().toEpochMilli())
          .forEach(
              (key, row) -> {
                if (row.isPresent()) {
                  rows.put(key, row.get());
                } else {
                  rows.remove(key);
                }
              });
    }
    return rows;
  }
}

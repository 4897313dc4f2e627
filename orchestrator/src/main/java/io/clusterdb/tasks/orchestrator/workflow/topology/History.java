package io.clusterdb.tasks.orchestrator.workflow.topology;

import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowStatus;
import io.clusterdb.tasks.orchestrator.workflow.engine.Evolver;
import io.clusterdb.tasks.orchestrator.workflow.engine.Plan;
import io.clusterdb.tasks.orchestrator.workflow.engine.Row;
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

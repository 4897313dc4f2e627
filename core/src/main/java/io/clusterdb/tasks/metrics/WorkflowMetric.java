package io.clusterdb.tasks.metrics;

/** What is measured of runs of workflows and their tasks. */
public enum WorkflowMetric implements PlatformMetric {
  /** Runs begun. */
  WORKFLOW_RUNS_STARTED(
      MetricSpec.of(
          Kind.COUNTER,
          Source.ORCHESTRATOR,
          "workflow.runs.started",
          "Runs that began.",
          "workflow")),
  /** Runs ended. */
  WORKFLOW_RUN_DURATION(
      MetricSpec.of(
          Kind.TIMER,
          Source.ORCHESTRATOR,
          "workflow.run.duration",
          "How long runs took that ended, by the state in which they ended.",
          "workflow",
          "state")),
  /** Tasks ended. */
  WORKFLOW_TASK_DURATION(
      MetricSpec.of(
          Kind.TIMER,
          Source.ORCHESTRATOR,
          "workflow.task.duration",
          "How long tasks of runs took from their start, retries and waits among it, by the state"
              + " in which they ended.",
          "workflow",
          "task",
          "state")),
  /** Compensations ended. */
  WORKFLOW_COMPENSATIONS(
      MetricSpec.of(
          Kind.COUNTER,
          Source.ORCHESTRATOR,
          "workflow.compensations",
          "Compensations of tasks that ended; outcome `succeeded` or `failed`.",
          "workflow",
          "task",
          "outcome"));

  @SuppressWarnings("ImmutableEnumChecker") // a record of copies
  private final MetricSpec spec;

  WorkflowMetric(MetricSpec spec) {
    this.spec = spec;
  }

  @Override
  public MetricSpec spec() {
    return spec;
  }
}

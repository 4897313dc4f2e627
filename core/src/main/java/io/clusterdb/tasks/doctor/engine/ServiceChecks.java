package io.clusterdb.tasks.doctor.engine;

import io.clusterdb.tasks.doctor.engine.ClusterFacts.Service;
import java.util.List;

/** Services: whether they run. Pure. */
final class ServiceChecks {
  private ServiceChecks() {}

  static void check(ClusterFacts facts, List<Finding> found) {
    Service scheduler = facts.scheduler();
    if (scheduler.members() == 0) {
      found.add(
          new Finding(
              scheduler.waiting() > 0 ? Finding.Severity.ERROR : Finding.Severity.WARNING,
              "no-scheduler",
              "scheduler",
              "no scheduler runs"
                  + (scheduler.waiting() > 0
                      ? ", and %,d records wait for it".formatted(scheduler.waiting())
                      : ""),
              "Retries, delayed jobs, schedules and jobs with a unique key wait; topics are not"
                  + " trimmed.",
              "Start one: tasks scheduler"));
    }
    if (facts.orchestrator().members() == 0) {
      found.add(
          Finding.warning(
              "no-orchestrator",
              "orchestrator",
              "no orchestrator runs",
              "The state of jobs, the HTTP API and workflows are not served; queues and workers go"
                  + " on.",
              "Start one: tasks orchestrator"));
    }
  }
}

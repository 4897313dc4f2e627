package io.clusterdb.tasks.examples;

import static io.clusterdb.tasks.examples.Playground.check;

import io.clusterdb.tasks.ErrorCode;
import io.clusterdb.tasks.RunState;
import io.clusterdb.tasks.Tasks;
import io.clusterdb.tasks.TasksException;
import io.clusterdb.tasks.Workflow;
import io.clusterdb.tasks.WorkflowExecution;
import io.clusterdb.tasks.WorkflowResult;
import io.clusterdb.tasks.WorkflowRun;
import io.clusterdb.tasks.WorkflowTask;
import java.time.Duration;
import java.util.Map;

/** Waiting: for a time, and for somebody's word, which may never come. */
public final class WorkflowSignals {
  private WorkflowSignals() {}

  public static void main(String[] args) {
    try (Playground playground = Playground.open();
        Tasks tasks = Tasks.connect(playground.bootstrap())) {
      String name = Playground.unique("leave");
      tasks
          .workflows()
          .createWorkflow(
              Workflow.named(name)
                  .task(WorkflowTask.named("calm-down").sleep(Duration.ofMillis(300)))
                  .task(
                      WorkflowTask.named("approval")
                          .dependsOn("calm-down")
                          .waitFor("approved")
                          .timeout(Duration.ofMinutes(10)))
                  .task(
                      WorkflowTask.named("book")
                          .dependsOn("approval")
                          .payload("{{tasks.approval.output.by}}")
                          .handler(String.class, (boss, job) -> "booked, says " + boss)));

      WorkflowRun run = tasks.workflows().execute(WorkflowExecution.of(name).id(name + "-1"));
      tasks.workflows().signal(run.id(), "approved", Map.of("by", "the boss"));
      WorkflowResult result = run.result(Duration.ofSeconds(60));
      check(
          "\"booked, says the boss\"".equals(result.output()),
          "a signal that came early was kept: %s".formatted(result.output()));

      WorkflowRun other = tasks.workflows().execute(WorkflowExecution.of(name));
      tasks.workflows().cancel(other.id(), false, "changed my mind");
      WorkflowResult cancelled = other.result(Duration.ofSeconds(60));
      check(
          cancelled.state() == RunState.CANCELLED,
          "another run was cancelled: %s".formatted(cancelled.error()));
      check(
          refused(() -> tasks.workflows().signal(other.id(), "approved", null)),
          "a signal after the end is refused");
    }
  }

  private static boolean refused(Runnable call) {
    try {
      call.run();
      return false;
    } catch (TasksException e) {
      Playground.show(String.valueOf(e.getMessage()));
      return e.code() == ErrorCode.CONFLICT;
    }
  }
}
